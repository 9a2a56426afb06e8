package io.obogateway.fakeentra;

import com.nimbusds.jose.jwk.JWK;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An identity provider like Entra ID over real HTTP on a free loopback port, with one tenant and one registration, the
 * gateway's. Discovery, keys and token endpoint do what Entra's do until a script says otherwise:
 *
 * <pre>{@code
 * entra.whenScope("api://x/.default").answer(Answer.error(400, "invalid_grant").code(65001)).thenSucceed();
 * }</pre>
 *
 * Thread-safe. {@link #close()} ends every connection and thread.
 */
public final class FakeEntra implements AutoCloseable {
    private static final String TENANT = "966ac572-f5b7-4bbe-aa88-c76419c0f851";
    private static final String CLIENT = "60dea49a-255b-48b5-b0c0-0974ac1c0b53";
    private static final String SECRET = "fake-secret-of-the-gateway";
    private static final Duration LIFE = Duration.ofHours(1);

    private final InstantSource clock;
    private final LoopbackServer server;
    private final Metadata tenant;
    private final Metadata common;
    private final SigningKeys keys = new SigningKeys();
    private final ClientCredentials credentials = new ClientCredentials(CLIENT);
    private final TokenEndpoint tokenEndpoint;
    private final Texas texas;
    private final Script script = new Script();
    private final Recording recording = new Recording();
    private final AtomicInteger keyRequests = new AtomicInteger();
    private final AtomicInteger discoveryRequests = new AtomicInteger();
    private volatile Answer keysAnswer = Answer.success();
    private volatile Answer discoveryAnswer = Answer.success();

    private FakeEntra(InstantSource clock) {
        this.clock = clock;
        this.server = new LoopbackServer(this::answer);
        String base = "http://127.0.0.1:" + server.port();
        this.tenant = new Metadata(base, TENANT);
        this.common = new Metadata(base, "common");
        this.tokenEndpoint = new TokenEndpoint(this, credentials, clock);
        this.texas = new Texas(this, base, clock);
        credentials.accept(SECRET);
    }

    public static FakeEntra start() {
        return start(InstantSource.system());
    }

    /**
     * @param clock says when tokens are issued and whether assertions are expired
     */
    public static FakeEntra start(InstantSource clock) {
        FakeEntra entra = new FakeEntra(clock);
        entra.server.start();
        return entra;
    }

    /** The tenant's issuer, the {@code iss} of its tokens. */
    public String issuer() {
        return tenant.issuer();
    }

    /** The issuer of the multi-tenant documents: a template with {@code {tenantid}}. */
    public String issuerTemplate() {
        return common.issuer();
    }

    public String discoveryUrl() {
        return tenant.discoveryUrl();
    }

    /** Discovery for every tenant, whose issuer is {@link #issuerTemplate()}. */
    public String commonDiscoveryUrl() {
        return common.discoveryUrl();
    }

    public String jwksUrl() {
        return tenant.jwksUrl();
    }

    public String commonJwksUrl() {
        return common.jwksUrl();
    }

    public String tokenUrl() {
        return tenant.tokenUrl();
    }

    public String authorizationUrl() {
        return tenant.authorizationUrl();
    }

    public String tenantId() {
        return TENANT;
    }

    /** The gateway's registration: audience of inbound tokens, {@code azp} of exchanged ones. */
    public String clientId() {
        return CLIENT;
    }

    public String clientSecret() {
        return SECRET;
    }

    public int port() {
        return server.port();
    }

    /** An employee's access token for the gateway, issued to another app; each call another employee. */
    public TokenBuilder employeeToken() {
        return token(LIFE)
                .employee("Employee " + UUID.randomUUID())
                .audience(CLIENT)
                .client("11111111-2222-3333-4444-555555555555")
                .scopes("defaultaccess");
    }

    /** A machine's access token for the gateway. */
    public TokenBuilder applicationToken() {
        String app = "99999999-8888-7777-6666-555555555555";
        return token(LIFE)
                .audience(CLIENT)
                .client(app)
                .subject(app)
                .oid(app)
                .roles("access_as_application")
                .claim("idtyp", "app");
    }

    /** A token of this provider issued to the gateway, without audience or subject. */
    TokenBuilder token(Duration life) {
        return new TokenBuilder(keys.current(), clock.instant(), life)
                .issuer(issuer())
                .tenant(TENANT)
                .client(CLIENT);
    }

    /** The keys that tokens are signed with, to rotate, remove and spoil. */
    public SigningKeys keys() {
        return keys;
    }

    public void acceptClientSecret(String secret) {
        credentials.accept(secret);
    }

    /** From now on AADSTS7000215. */
    public void refuseClientSecret(String secret) {
        credentials.refuse(secret);
    }

    /** Accepts client assertions (RFC 7523) signed with this key and naming it by {@code kid} or {@code x5t#S256}. */
    public void acceptClientKey(JWK publicKey) {
        credentials.accept(publicKey);
    }

    /** The token service of NAIS in front of this provider, at the same port. */
    public Texas texas() {
        return texas;
    }

    /** A rule for token requests; the newest rule that matches decides. */
    public Rule when(Predicate<TokenRequest> matcher) {
        return script.when(matcher);
    }

    public Rule whenScope(String scope) {
        return when(request -> request.scope().equals(scope));
    }

    public Rule whenEmployee(String oid) {
        return when(request -> oid.equals(request.assertionClaims().get("oid")));
    }

    public Rule whenAny() {
        return when(request -> true);
    }

    /** Answers this instead of the keys until {@link #mend()}. */
    public void keysAnswer(Answer answer) {
        keysAnswer = answer;
    }

    /** Answers this instead of the discovery document until {@link #mend()}. */
    public void discoveryAnswer(Answer answer) {
        discoveryAnswer = answer;
    }

    /** Publishes keys and discovery again. */
    public void mend() {
        keysAnswer = Answer.success();
        discoveryAnswer = Answer.success();
    }

    /** Token requests since the start or the last {@link #reset()}, also those that were refused. */
    public List<TokenRequest> tokenRequests() {
        return recording.all();
    }

    /** How many of them were on-behalf-of requests. */
    public int exchangeCount() {
        return recording.exchanges();
    }

    /** Waits until so many token requests have come in, answered or not. */
    public void awaitTokenRequests(int count, Duration time) throws InterruptedException {
        recording.await(count, time);
    }

    public int keyRequests() {
        return keyRequests.get();
    }

    public int discoveryRequests() {
        return discoveryRequests.get();
    }

    /** Connections taken since the start, of all endpoints. */
    public int connections() {
        return server.connections();
    }

    /** As freshly started, but with the same address and current key. */
    public void reset() {
        mend();
        script.clear();
        recording.clear();
        texas.reset();
        keys.reset();
        credentials.refuseAll();
        credentials.accept(SECRET);
        keyRequests.set(0);
        discoveryRequests.set(0);
    }

    @Override
    public void close() {
        server.close();
    }

    private Answer answer(WireRequest request) {
        String url = "http://127.0.0.1:" + server.port() + request.path();
        if (url.equals(tenant.tokenUrl())) {
            return request.method().equals("POST") ? tokenAnswer(request) : Answer.text(405, "text/plain", "POST only");
        }
        if (texas.serves(url)) {
            return texas.answer(request);
        }
        Metadata asked = request.path().startsWith("/common/") ? common : tenant;
        if (url.equals(asked.jwksUrl())) {
            keyRequests.incrementAndGet();
            return keysAnswer.over(() -> Answer.json(200, keys.document(asked.issuer())));
        }
        if (url.equals(asked.discoveryUrl())) {
            discoveryRequests.incrementAndGet();
            return discoveryAnswer.over(() -> Answer.json(200, asked.document()));
        }
        return Answer.json(404, "{\"error\":\"not_found\"}");
    }

    /** Counts, records and answers a request to the token endpoint, by script or as Entra does. */
    Answer tokenAnswer(WireRequest wire) {
        TokenRequest request = TokenRequest.of(wire, clock.instant());
        recording.add(request);
        return tokenEndpoint.traced(script.answer(request).over(() -> tokenEndpoint.answer(request)), request);
    }
}
