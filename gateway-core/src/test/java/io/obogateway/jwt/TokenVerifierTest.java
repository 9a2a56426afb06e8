package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a verifier takes, finds again and says about itself. */
class TokenVerifierTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void goodTokenIsVerifiedWithItsClaims() {
        BearerToken bearer =
                fixture.tokens.token("tid", "tenant", "roles", List.of("reader"), "groups", List.of("g1", "g2"));

        VerifiedToken token = fixture.started().verified(bearer);

        assertThat(token.value()).isEqualTo(bearer.value());
        assertThat(token.kind()).isEqualTo(Kind.EMPLOYEE);
        assertThat(token.subject()).isEqualTo("subject");
        assertThat(token.objectId()).isEqualTo("object");
        assertThat(token.tenant()).isEqualTo("tenant");
        assertThat(token.client()).isEqualTo("client-app");
        assertThat(token.scopes()).containsExactlyInAnyOrder("defaultaccess", "people.read");
        assertThat(token.roles()).containsExactly("reader");
        assertThat(token.groups()).containsExactlyInAnyOrder("g1", "g2");
        assertThat(token.groupsOverage()).isFalse();
        assertThat(token.keyId()).isEqualTo("key-1");
        assertThat(token.expiresAt()).isEqualTo(Instant.ofEpochSecond(fixture.clock.seconds() + 3600));
        assertThat(token.toString()).doesNotContain("subject").doesNotContain(bearer.value());
    }

    @Test
    void expiredTokenIsRefused() {
        BearerToken token = fixture.started().tokens.token();

        fixture.clock.advance(Duration.ofSeconds(3600 + 29));
        fixture.verified(token);

        fixture.clock.advance(Duration.ofSeconds(1));
        fixture.assertRefused(Check.EXPIRY, token);
    }

    @Test
    void tokenForAnotherAudienceIsRefused() {
        fixture.started().assertRefused(Check.AUDIENCE, fixture.tokens.token("aud", "someone-else"));
    }

    @Test
    void tokenOfAnUnknownIssuerIsRefused() {
        fixture.started().assertRefused(Check.ISSUER, fixture.tokens.token("iss", "https://evil.example"));
    }

    @Test
    void tokenOfAKeyThatNobodyPublishedIsRefused() {
        BearerToken token = fixture.started().tokens.tokenOf(Tokens.OTHER_KEY, com.nimbusds.jose.JWSAlgorithm.RS256);

        fixture.assertRefused(Check.KEY, token);
    }

    @Test
    void withoutKeysNothingIsDecidedAndReadinessSaysWhy() {
        fixture.server.status = 500;
        fixture.started();

        Refusal refusal = fixture.refusal(fixture.tokens.token());

        assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(fixture.verifier.notReady())
                .containsExactly("issuer entra: " + fixture.server.keysUrl() + " answered with status 500");
    }

    @Test
    void sameTokenIsTheSameObjectTheSecondTime() {
        BearerToken token = fixture.started().tokens.token();

        assertThat(fixture.verified(BearerToken.of(token.value()))).isSameAs(fixture.verified(token));
    }
}
