package io.obogateway.demo;

import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The demo's identity provider: the fake Entra ID of the tests, on a loopback port. For two services it gives no tokens:
 * one wants more from the user, the other one is asked for too often.
 */
final class IdentityProvider implements AutoCloseable {
    /** The scope that it answers with a claims challenge. */
    static final String WANTS_MORE = "api://demo.hr.payroll-api/.default";

    /** The scope that it answers with 429. */
    static final String THROTTLED = "api://demo.hr.reports-api/.default";

    /** Multi-factor authentication, as an authentication context of Conditional Access asks for it. */
    static final String CLAIMS = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";

    static final int RETRY_AFTER_SECONDS = 10;
    private static final Duration AGE = Duration.ofHours(1);

    private final FakeEntra entra = FakeEntra.start();

    /**
     * Starts it on a free port.
     *
     * @param exchanges told of every exchange, in words without secrets
     */
    IdentityProvider(Consumer<String> exchanges) {
        entra.whenScope(WANTS_MORE).answer(Answer.interactionRequired(CLAIMS));
        entra.whenScope(THROTTLED).answer(Answer.throttled(Integer.toString(RETRY_AFTER_SECONDS)));
        // hears of every request, because the newest rule is asked first, and decides none
        entra.when(request -> {
                    tell(request, exchanges);
                    return false;
                })
                .answer(Answer.success());
    }

    private static void tell(TokenRequest request, Consumer<String> exchanges) {
        if (request.isExchange()) {
            exchanges.accept("requested_token_use=" + request.parameter("requested_token_use") + " scope="
                    + request.scope() + " client_id=" + request.parameter("client_id") + " assertion="
                    + Fingerprint.of(request.parameter("assertion")));
        }
    }

    String issuer() {
        return entra.issuer();
    }

    String discoveryUrl() {
        return entra.discoveryUrl();
    }

    String jwksUrl() {
        return entra.jwksUrl();
    }

    String tokenUrl() {
        return entra.tokenUrl();
    }

    /** The gateway's registration: audience of inbound tokens. */
    String clientId() {
        return entra.clientId();
    }

    String clientSecret() {
        return entra.clientSecret();
    }

    /**
     * An access token of an employee for the gateway, as the application in the employee's browser has it.
     *
     * @param life from now; negative: expired so long ago
     */
    String employeeToken(String name, Duration life) {
        Instant issued = Instant.now().minus(AGE);
        return entra.employeeToken()
                .employee(name)
                .claim("iat", issued.getEpochSecond())
                .notBefore(issued)
                .expiresIn(life)
                .issue();
    }

    @Override
    public void close() {
        entra.close();
    }
}
