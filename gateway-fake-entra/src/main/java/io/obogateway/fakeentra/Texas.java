package io.obogateway.fakeentra;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Texas, the token service that NAIS runs beside an application, in front of a {@link FakeEntra}: it holds the gateway's
 * credentials, caches, and of an error passes on no more than its code and description. What Entra is told to answer
 * comes out of Texas as Texas would put it; its own misbehaviour is scripted here. Thread-safe.
 */
public final class Texas {
    private static final Set<String> ENTRA = Set.of("azuread", "entra_id");
    private static final Set<String> OTHERS = Set.of("tokenx", "maskinporten", "idporten");

    private final FakeEntra entra;
    private final String base;
    private final InstantSource clock;
    private final Script script = new Script();
    private final Recording recording = new Recording();
    private final Map<List<String>, Kept> cache = new ConcurrentHashMap<>();

    private record Kept(String accessToken, Instant expiresAt) {}

    Texas(FakeEntra entra, String base, InstantSource clock) {
        this.entra = entra;
        this.base = base;
        this.clock = clock;
    }

    /** What NAIS puts into {@code NAIS_TOKEN_ENDPOINT}: an application's own tokens. */
    public String tokenUrl() {
        return base + "/api/v1/token";
    }

    /** What NAIS puts into {@code NAIS_TOKEN_EXCHANGE_ENDPOINT}: tokens on behalf of an employee. */
    public String exchangeUrl() {
        return base + "/api/v1/token/exchange";
    }

    /** A rule for requests to Texas; what it does not answer, Texas answers after asking Entra. */
    public Rule when(Predicate<TokenRequest> matcher) {
        return script.when(matcher);
    }

    public Rule whenAny() {
        return when(request -> true);
    }

    /** What Texas was asked, since the start or the last {@link FakeEntra#reset()}. */
    public List<TokenRequest> requests() {
        return recording.all();
    }

    boolean serves(String url) {
        return url.equals(tokenUrl()) || url.equals(exchangeUrl());
    }

    void reset() {
        script.clear();
        recording.clear();
        cache.clear();
    }

    Answer answer(WireRequest wire) {
        if (!wire.method().equals("POST")) {
            return Answer.text(405, "text/plain", "POST only");
        }
        String type = wire.header("content-type");
        TokenRequest request;
        try {
            if (type != null && type.startsWith("application/json")) {
                request = TokenRequest.ofJson(wire, clock.instant());
            } else if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
                request = TokenRequest.of(wire, clock.instant());
            } else {
                return invalid("unsupported content type");
            }
        } catch (ParseException e) {
            return invalid("failed to parse the request body as JSON");
        }
        recording.add(request);
        return script.answer(request).over(() -> own(request));
    }

    private Answer own(TokenRequest request) {
        boolean exchange = exchangeUrl().endsWith(request.path());
        String provider = request.parameter("identity_provider");
        for (String needed : exchange
                ? List.of("identity_provider", "target", "user_token")
                : List.of("identity_provider", "target")) {
            if (request.parameter(needed).isEmpty()) {
                return invalid("missing field `" + needed + "`");
            }
        }
        if (!ENTRA.contains(provider)) {
            return invalid(
                    OTHERS.contains(provider)
                            ? "identity provider '" + provider + "' is not enabled"
                            : "unknown identity provider");
        }
        List<String> key = List.of(request.parameter("target"), request.parameter("user_token"));
        if (request.parameter("skip_cache").equals("true")) {
            cache.remove(key);
        }
        Kept kept = cache.get(key);
        return kept != null && kept.expiresAt().isAfter(clock.instant()) ? granted(kept) : asked(request, key);
    }

    /** Entra's answer, in Texas' words. */
    private Answer asked(TokenRequest request, List<String> key) {
        Answer answer = entra.tokenAnswer(toEntra(request));
        Answer told = switch (answer.delivery()) {
            case WHOLE, CHUNKED, DRIPPED -> told(answer, key);
            default -> serverError("the request to the identity provider failed");
        };
        Answer late = told.delayed(answer.delay());
        return answer.gate() == null ? late : late.heldUntil(answer.gate());
    }

    private Answer told(Answer answer, List<String> key) {
        Map<String, Object> members;
        try {
            members = JSONObjectUtils.parse(answer.body());
        } catch (ParseException e) {
            return serverError("the identity provider's answer is no JSON");
        }
        if (answer.status() == 200) {
            Kept kept = kept(members);
            if (kept == null) {
                return serverError("the identity provider's answer is no token response");
            }
            cache.put(key, kept);
            return granted(kept);
        }
        if (answer.status() >= 400
                && members.get("error") instanceof String error
                && members.get("error_description") instanceof String description) {
            return error(answer.status(), error, description);
        }
        return serverError("the identity provider's answer is no error response");
    }

    private @Nullable Kept kept(Map<String, Object> members) {
        return "Bearer".equals(members.get("token_type"))
                        && members.get("access_token") instanceof String token
                        && members.get("expires_in") instanceof Long seconds
                        && seconds >= 0
                        && seconds < Integer.MAX_VALUE
                ? new Kept(token, clock.instant().plusSeconds(seconds))
                : null;
    }

    private Answer granted(Kept kept) {
        Map<String, String> literals = new LinkedHashMap<>();
        literals.put("access_token", JsonText.quote(kept.accessToken()));
        literals.put("token_type", "\"Bearer\"");
        literals.put(
                "expires_in",
                Long.toString(
                        Duration.between(clock.instant(), kept.expiresAt()).toSeconds()));
        return Answer.members(literals);
    }

    private WireRequest toEntra(TokenRequest request) {
        Map<String, String> form = new LinkedHashMap<>();
        String user = request.parameter("user_token");
        form.put("client_id", entra.clientId());
        form.put("client_secret", entra.clientSecret());
        form.put("scope", request.parameter("target"));
        if (user.isEmpty()) {
            form.put("grant_type", "client_credentials");
        } else {
            form.put("grant_type", TokenRequest.JWT_BEARER);
            form.put("requested_token_use", "on_behalf_of");
            form.put("assertion", user);
        }
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return new WireRequest(
                "POST",
                entra.tokenUrl().substring(base.length()),
                Map.of("content-type", "application/x-www-form-urlencoded"),
                body.toString());
    }

    private static Answer invalid(String description) {
        return error(400, "invalid_request", description);
    }

    private static Answer serverError(String description) {
        return error(500, "server_error", description);
    }

    private static Answer error(int status, String code, String description) {
        return Answer.error(status, code).description(description);
    }
}
