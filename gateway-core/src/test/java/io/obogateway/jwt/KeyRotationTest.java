package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that come, go, change and cannot be had, from a real server. */
class KeyRotationTest {
    private static final Duration REFRESH = Duration.ofMinutes(66); // an hour and its jitter
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private BearerToken token(RSAKey key) {
        return fixture.tokens.tokenOf(key, JWSAlgorithm.RS256);
    }

    /** A token that only its key id tells from a good one. */
    private BearerToken strangers(String kid) {
        return fixture.tokens.withHeader("kid", kid);
    }

    @Test
    void keysAreFetchedAtTheStartAndAgainInTheBackground() {
        fixture.started();
        assertThat(fixture.server.keyFetches).hasValue(1);

        fixture.pass(REFRESH);
        fixture.pass(REFRESH);

        assertThat(fixture.server.keyFetches).hasValue(3);
        assertThat(fixture.scheduler.pending()).isEqualTo(1);
    }

    @Test
    void newKeyWorksWithTheNextRefresh() {
        fixture.started().server.publish(Tokens.KEY, Tokens.OTHER_KEY);

        fixture.pass(REFRESH);

        fixture.verified(token(Tokens.OTHER_KEY));
        assertThat(fixture.server.keyFetches).hasValue(2);
    }

    @Test
    void newKeyIsAskedForWhenATokenNamesIt() {
        fixture.started().server.publish(Tokens.KEY, Tokens.OTHER_KEY);

        fixture.verified(token(Tokens.OTHER_KEY));

        assertThat(fixture.server.keyFetches).hasValue(2);
    }

    @Test
    void removedKeyStopsWorkingWithTheNextRefreshAlsoForTokensSeenBefore() {
        BearerToken token = fixture.started().tokens.token("exp", fixture.clock.seconds() + 100_000);
        fixture.verified(token);
        fixture.server.publish(Tokens.OTHER_KEY);
        fixture.verified(token);

        fixture.pass(REFRESH);

        fixture.assertRefused(Check.KEY, token);
    }

    @Test
    void keyThatChangesUnderItsIdStopsWorkingForTokensSeenBefore() {
        BearerToken token = fixture.started().tokens.token("exp", fixture.clock.seconds() + 100_000);
        fixture.verified(token);
        fixture.server.publishMembers(List.of(Tokens.published(Tokens.OTHER_KEY, "kid", "key-1")));

        fixture.pass(REFRESH);

        fixture.assertRefused(Check.SIGNATURE, token);
    }

    @Test
    void keyThatStaysLeavesTokensVerified() {
        BearerToken token = fixture.started().tokens.token("exp", fixture.clock.seconds() + 100_000);
        VerifiedToken before = fixture.verified(token);
        fixture.server.publish(Tokens.OTHER_KEY, Tokens.KEY);

        fixture.pass(REFRESH);

        assertThat(fixture.verified(token)).isSameAs(before);
    }

    @Test
    void lastKnownKeysServeOnWhileFetchingFails() {
        fixture.started().server.status = 500;

        fixture.pass(REFRESH);
        fixture.pass(REFRESH);

        fixture.verified(fixture.tokens.token());
        assertThat(fixture.verifier.notReady()).isEmpty();
    }

    @Test
    void lastKnownKeysServeNoLongerThanTheirMaximumAge() {
        BearerToken token = fixture.started().tokens.token("exp", fixture.clock.seconds() + 1_000_000);
        fixture.server.status = 500;
        fixture.verified(token);

        fixture.clock.advance(Duration.ofHours(24).minusMillis(1));
        fixture.verified(token);

        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(fixture.refusal(token).code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(fixture.verifier.notReady()).isEmpty();
    }

    @Test
    void failedFetchIsRepeatedSoonAndEverLater() {
        fixture.server.status = 500;
        fixture.started();
        assertThat(fixture.verifier.notReady()).hasSize(1);

        fixture.pass(Duration.ofMillis(1100));
        assertThat(fixture.server.keyFetches).hasValue(2);
        fixture.pass(Duration.ofMillis(1100));
        assertThat(fixture.server.keyFetches).hasValue(2);

        fixture.server.status = 200;
        fixture.pass(Duration.ofMillis(1100));
        assertThat(fixture.server.keyFetches).hasValue(3);
        assertThat(fixture.verifier.notReady()).isEmpty();
        fixture.verified(fixture.tokens.token());
    }

    @Test
    void tokensOfKnownKeysNeverWaitForThoseOfUnknownOnes() {
        fixture.started().server.gate = new CountDownLatch(1);
        fixture.server.publish(Tokens.KEY, Tokens.OTHER_KEY);
        List<CompletableFuture<VerifiedToken>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(fixture.verifier.verify(token(Tokens.OTHER_KEY), fixture.issuers));
        }

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(fixture.verifier.verify(fixture.tokens.token(), fixture.issuers))
                .isDone();

        fixture.server.gate.countDown();
        waiting.forEach(Fixture::await);
        assertThat(fixture.server.keyFetches).hasValue(2);
    }

    @Test
    void floodOfUnknownKeyIdsCausesOneFetchPerWindow() {
        BearerToken warm = fixture.started().tokens.token("exp", fixture.clock.seconds() + 10_000);
        fixture.verified(warm);

        flood(50_000, warm);
        assertThat(fixture.server.keyFetches).hasValue(2);

        fixture.clock.advance(WINDOW.minusMillis(1));
        flood(10, warm);
        assertThat(fixture.server.keyFetches).hasValue(2);

        fixture.clock.advance(Duration.ofMillis(1));
        flood(50_000, warm);
        assertThat(fixture.server.keyFetches).hasValue(3);
    }

    private void flood(int count, BearerToken warm) {
        BearerToken template = strangers("k00000000");
        int payload = template.value().indexOf('.');
        String rest = template.value().substring(payload);
        for (int i = 0; i < count; i++) {
            String header = JsonWriter.write(Map.of("alg", "RS256", "kid", "stranger-" + i));
            BearerToken token = BearerToken.of(Tokens.base64Url(header.getBytes(StandardCharsets.UTF_8)) + rest);
            CompletableFuture<VerifiedToken> refused = fixture.verifier.verify(token, fixture.issuers);
            if (i == 0 || i == count - 1) {
                Fixture.assertRefused(Check.KEY, refused);
            }
            assertThat(fixture.verifier.verify(warm, fixture.issuers)).isCompleted();
        }
        fixture.quiet();
    }

    @Test
    void floodWhileTheServerHangsIsBounded() {
        fixture.started().server.gate = new CountDownLatch(1);
        BearerToken token = strangers("stranger");
        for (int i = 0; i < 10_000; i++) {
            assertThat(fixture.verifier.verify(token, fixture.issuers)).isNotDone();
        }

        Refusal refusal = fixture.refusal(token);

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        fixture.server.gate.countDown();
        fixture.quiet();
        fixture.assertRefused(Check.KEY, token);
        assertThat(fixture.server.keyFetches).hasValue(2);
    }

    @Test
    void unknownKeyIdIsNobodysFaultWhileTheIssuerCannotBeAsked() {
        fixture.started().server.status = 503;

        Refusal refusal = fixture.refusal(token(Tokens.OTHER_KEY));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        fixture.verified(fixture.tokens.token());

        fixture.server.status = 200;
        fixture.server.publish(Tokens.OTHER_KEY);
        fixture.pass(Duration.ofMillis(1100));
        fixture.verified(token(Tokens.OTHER_KEY));
    }

    @Test
    void tokenThatIsNotForUsCausesNoFetch() {
        fixture.started();

        fixture.assertRefused(
                Check.AUDIENCE,
                Tokens.signed(
                        Tokens.OTHER_KEY,
                        JWSAlgorithm.RS256,
                        header -> header,
                        JsonWriter.write(fixture.tokens.claims("aud", "someone-else"))));

        assertThat(fixture.server.keyFetches).hasValue(1);
    }

    @Test
    void unknownKeyIdsDoNotPutOffTheRefresh() {
        fixture.started();
        fixture.clock.advance(Duration.ofMinutes(59));
        fixture.assertRefused(Check.KEY, strangers("stranger"));

        fixture.pass(Duration.ofMinutes(7));

        assertThat(fixture.server.keyFetches).hasValue(3);
    }

    @Test
    void closedVerifierFetchesNoMore() {
        fixture.started().verifier.close();

        fixture.pass(REFRESH);
        fixture.assertRefused(Check.KEY, strangers("stranger"));

        assertThat(fixture.server.keyFetches).hasValue(1);
        fixture.verified(fixture.tokens.token());
    }
}
