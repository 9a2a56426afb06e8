package io.obogateway.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.http.NettyWrapper;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;

/** The demo's identity provider: mock-oauth2-server on a loopback port, taught what Entra ID does on behalf of. */
final class IdentityProvider implements AutoCloseable {
    private static final String ISSUER_ID = "entra";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final String PORTAL = "11111111-2222-3333-4444-555555555555";
    private static final String TENANT = "966ac572-f5b7-4bbe-aa88-c76419c0f851";
    private static final Duration AGE = Duration.ofHours(1);

    private final Registration gateway;
    private final OAuth2TokenProvider tokens = new OAuth2TokenProvider();
    private final MockOAuth2Server server;
    private final String issuer;

    /**
     * Starts it on a free port.
     *
     * @param exchanges told of every exchange, in words without secrets
     */
    IdentityProvider(Registration gateway, Consumer<String> exchanges) {
        this.gateway = gateway;
        // not the library's default server, which keeps every request it ever got
        NettyWrapper http = new NettyWrapper();
        OnBehalfOf onBehalfOf = new OnBehalfOf(ISSUER_ID, gateway, exchanges);
        server = new MockOAuth2Server(new OAuth2Config(false, null, null, false, tokens, Set.of(onBehalfOf), http));
        try {
            server.start(InetAddress.getByAddress(LOOPBACK), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        issuer = "http://127.0.0.1:" + http.port() + "/" + ISSUER_ID;
    }

    String issuer() {
        return issuer;
    }

    String jwksUrl() {
        return issuer + "/jwks";
    }

    String tokenUrl() {
        return issuer + "/token";
    }

    /**
     * An access token of an employee for the gateway, as the application in the employee's browser has it.
     *
     * @param life from now; negative: expired so long ago
     */
    String employeeToken(String name, Duration life) {
        Instant issued = Instant.now().minus(AGE);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", gateway.clientId());
        claims.put("iat", Date.from(issued));
        claims.put("nbf", Date.from(issued));
        claims.put("sub", id("subject of " + name));
        claims.put("oid", id("object id of " + name));
        claims.put("tid", TENANT);
        claims.put("name", name);
        claims.put("azp", PORTAL);
        claims.put("scp", "defaultaccess");
        claims.put("ver", "2.0");
        return tokens.jwt(claims, life, ISSUER_ID).serialize();
    }

    private static String id(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
