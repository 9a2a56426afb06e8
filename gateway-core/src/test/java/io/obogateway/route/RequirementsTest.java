package io.obogateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequirementsTest {
    private static final Issuer ISSUER = new Issuer(
            "entra",
            null,
            "https://issuer.test",
            URI.create("https://issuer.test/keys"),
            Set.of("aud"),
            Set.of("RS256"),
            Duration.ZERO,
            Set.of(),
            Set.of(),
            Set.of(),
            null,
            Issuer.Keys.DEFAULT);

    @Test
    void nothingRequiredAdmitsEveryone() {
        assertThatCode(() -> Requirements.NONE.admit(token(null, Set.of(), Set.of(), Set.of(), false)))
                .doesNotThrowAnyException();
    }

    @Test
    void oneOfEachListIsEnough() {
        Requirements required =
                new Requirements(Set.of("s1", "s2"), Set.of("r1", "r2"), Set.of("g1", "g2"), Set.of("c1", "c2"));

        assertThatCode(() -> required.admit(token("c2", Set.of("s0", "s1"), Set.of("r2"), Set.of("g2", "g3"), true)))
                .doesNotThrowAnyException();
    }

    @Test
    void everyListMustBeMet() {
        Requirements required = new Requirements(Set.of("s"), Set.of("r"), Set.of("g"), Set.of("c"));

        assertRefused(required, token("c", Set.of("S"), Set.of("r"), Set.of("g"), false), "required scopes: s");
        assertRefused(required, token("c", Set.of("s"), Set.of("x"), Set.of("g"), false), "required roles: r");
        assertRefused(required, token("c", Set.of("s"), Set.of("r"), Set.of(), false), "required groups: g");
        Refusal client = refusal(required, token("x", Set.of("s"), Set.of("r"), Set.of("g"), false));
        assertThat(client.code()).isEqualTo(ErrorCode.CLIENT_NOT_ALLOWED);
        assertThat(client.detail()).contains("The application x");
    }

    @Test
    void whatIsRequiredIsNamedInOrder() {
        Requirements required = new Requirements(Set.of("c", "a", "b"), Set.of(), Set.of(), Set.of());

        assertRefused(required, token(null, Set.of(), Set.of(), Set.of(), false), "required scopes: a, b, c");
    }

    @Test
    void rolesAndScopesDoNotStandInForEachOther() {
        Requirements required = new Requirements(Set.of("x"), Set.of(), Set.of(), Set.of());

        assertRefused(required, token("c", Set.of(), Set.of("x"), Set.of("x"), false), "required scopes: x");
    }

    @Test
    void tokenThatDoesNotNameItsClientIsNotAmongNamedOnes() {
        Requirements required = new Requirements(Set.of(), Set.of(), Set.of(), Set.of("c"));

        Refusal refusal = refusal(required, token(null, Set.of(), Set.of(), Set.of(), false));

        assertThat(refusal.code()).isEqualTo(ErrorCode.CLIENT_NOT_ALLOWED);
        assertThat(refusal.detail()).contains("does not say which application");
    }

    @Test
    void groupsThatTheTokenLeavesOutAreExplained() {
        Requirements required = new Requirements(Set.of(), Set.of(), Set.of("g"), Set.of());

        Refusal refusal = refusal(required, token("c", Set.of(), Set.of(), Set.of(), true));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE);
        assertThat(refusal.detail()).contains("does not list them");
        assertThat(refusal.remedy()).contains("groups assigned to the application");
    }

    private static void assertRefused(Requirements required, VerifiedToken token, String detail) {
        Refusal refusal = refusal(required, token);
        assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE);
        assertThat(refusal.detail()).endsWith(detail);
    }

    private static Refusal refusal(Requirements required, VerifiedToken token) {
        GatewayException refused = catchThrowableOfType(GatewayException.class, () -> required.admit(token));
        assertThat(refused).isNotNull();
        return refused.refusal();
    }

    private static VerifiedToken token(
            @Nullable String client, Set<String> scopes, Set<String> roles, Set<String> groups, boolean overage) {
        return new VerifiedToken(
                "token",
                TokenDigest.of("token"),
                ISSUER,
                VerifiedToken.Kind.EMPLOYEE,
                "sub",
                "oid",
                "tid",
                client,
                scopes,
                roles,
                groups,
                overage,
                Set.of(),
                "kid",
                Instant.EPOCH);
    }
}
