package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is remembered of tokens, how much of it, and for how long. */
class VerifiedTokensTest {
    private final Fixture fixture = new Fixture().started();
    private final IssuerKeys issuer =
            new IssuerKeys(fixture.issuers.get(0), fixture.backchannel, fixture.clock, fixture.scheduler);

    @AfterEach
    void close() {
        issuer.close();
        fixture.close();
    }

    private PublishedKey key() {
        return issuer.keys(fixture.clock.millis()).keys().get(0);
    }

    private VerifiedToken token(int number) {
        return renamed(fixture.verified(fixture.tokens.token()), number);
    }

    @Test
    void bytesStayWithinTheBoundHoweverManyTokensCome() {
        issuer.start().join();
        long bound = 1 << 20;
        VerifiedTokens tokens = new VerifiedTokens(fixture.clock, bound);
        VerifiedToken one = token(0);
        for (int i = 0; i < 10_000; i++) {
            tokens.keep(renamed(one, i), issuer, key());
        }

        assertThat(tokens.bytes()).isBetween(bound / 2, bound);
    }

    /** The simulated hour of a flood, and of one employee who goes on working in it. */
    @Test
    void aMillionTokensInAnHourStayWithinTheBytesAndDriveOutNobodyWhoIsAtWork() {
        issuer.start().join();
        long bound = 8 << 20;
        VerifiedTokens tokens = new VerifiedTokens(fixture.clock, bound);
        VerifiedToken flood = token(0);
        PublishedKey key = key();
        VerifiedToken atWork = withValue(flood, -1, fixture.clock.instant().plus(Duration.ofHours(2)));
        tokens.keep(atWork, issuer, key);
        long most = 0;
        for (int second = 0; second < 3600; second++) {
            Instant expiry = fixture.clock.instant().plusSeconds(600);
            for (int i = 0; i < 278; i++) {
                tokens.keep(withValue(flood, second * 278 + i, expiry), issuer, key);
            }
            assertThat(tokens.find(atWork.digest(), fixture.issuers, fixture.clock.millis()))
                    .isSameAs(atWork);
            if (second % 60 == 0) {
                most = Math.max(most, tokens.bytes());
            }
            fixture.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(most).isBetween(bound / 2, bound);
    }

    /** Of another length each, as tokens are. */
    private static VerifiedToken withValue(VerifiedToken token, int number, Instant expiry) {
        return copy(token, "x".repeat(800 + Math.abs(number) % 4000), number, expiry);
    }

    private static VerifiedToken renamed(VerifiedToken token, int number) {
        return copy(token, token.value(), number, token.expiresAt());
    }

    private static VerifiedToken copy(VerifiedToken token, String value, int number, Instant expiry) {
        return new VerifiedToken(
                value,
                TokenDigest.of("token " + number),
                token.issuer(),
                token.kind(),
                token.subject(),
                null,
                null,
                null,
                token.scopes(),
                token.roles(),
                token.groups(),
                false,
                Set.of(),
                token.keyId(),
                expiry);
    }

    @Test
    void nothingIsFoundFromTheMomentOfExpiryOn() {
        issuer.start().join();
        VerifiedTokens tokens = new VerifiedTokens(fixture.clock);
        VerifiedToken token = token(1);
        tokens.keep(token, issuer, key());
        fixture.clock.advance(Duration.ofHours(1).minusMillis(1));

        assertThat(tokens.find(token.digest(), fixture.issuers, fixture.clock.millis()))
                .isSameAs(token);

        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(tokens.find(token.digest(), fixture.issuers, fixture.clock.millis()))
                .isNull();
    }

    @Test
    void tokenThatLivesByTheSkewOnlyIsNotRemembered() {
        BearerToken token = fixture.tokens.token("exp", fixture.clock.seconds() - 1);

        assertThat(fixture.verified(token)).isNotSameAs(fixture.verified(token));
    }

    @Test
    void tokenIsFoundForRoutesThatAcceptItsIssuerOnly() {
        issuer.start().join();
        VerifiedTokens tokens = new VerifiedTokens(fixture.clock);
        VerifiedToken token = token(1);
        tokens.keep(token, issuer, key());

        assertThat(tokens.find(token.digest(), List.of(), fixture.clock.millis()))
                .isNull();
        assertThat(tokens.find(token.digest(), fixture.issuers, fixture.clock.millis()))
                .isSameAs(token);
    }

    @Test
    void refusedTokenIsNotRemembered() {
        BearerToken token = fixture.tokens.token("nbf", fixture.clock.seconds() + 60);
        fixture.assertRefused(Check.NOT_BEFORE, token);

        fixture.clock.advance(Duration.ofSeconds(30));
        fixture.verified(token);
    }
}
