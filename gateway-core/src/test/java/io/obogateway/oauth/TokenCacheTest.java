package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How much is kept, whatever comes. */
class TokenCacheTest {
    private static final int SECONDS = 3600;
    private static final int TOKENS_A_SECOND = 278;
    private static final TokenDigest TARGET = TokenDigest.of("target");

    private final Fixtures.Time time = new Fixtures.Time();

    private static CacheLimits limits(int maxEntries, long maxBytes) {
        return new CacheLimits(maxEntries, maxBytes, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    private static ExchangeKey key(int number) {
        return new ExchangeKey(TokenDigest.of(("token " + number).getBytes(StandardCharsets.UTF_8)), TARGET, null);
    }

    private CachedToken token(int length) {
        TokenResponse.Token answer = new TokenResponse.Token("x".repeat(length), 4000L, null);
        return CachedToken.of(answer, time.instant(), Instant.MAX, Duration.ofSeconds(30));
    }

    private static Failure refusal(int claims) {
        return new Failure(Refusal.of(ErrorCode.CLAIMS_CHALLENGE, "first the second factor"), "c".repeat(claims), true);
    }

    @Test
    void aMillionTokensInAnHourStayWithinTheBytes() {
        long bound = 8 << 20;
        TokenCache cache = new TokenCache(limits(1_000_000, bound), time);
        long most = 0;
        for (int second = 0; second < SECONDS; second++) {
            CachedToken some = token(800 + second); // one text for many keys: to count is enough
            for (int i = 0; i < TOKENS_A_SECOND; i++) {
                cache.keep(key(second * TOKENS_A_SECOND + i), some);
            }
            if (second % 60 == 0) {
                most = Math.max(most, cache.bytes());
            }
            time.pass(Duration.ofSeconds(1));
        }

        assertThat(most).isBetween(bound / 2, bound);
    }

    @Test
    void refusalsStayWithinTheirShareOfTheBytes() {
        long bound = 8 << 20;
        TokenCache cache = new TokenCache(limits(1_000_000, bound), time);
        for (int i = 0; i < 20_000; i++) {
            cache.remember(key(i), refusal(4096));
        }

        assertThat(cache.bytes()).isBetween(bound / 16, bound / 8);
    }

    @Test
    void smallTokensAndRefusalsAreBoundedInNumber() {
        TokenCache cache = new TokenCache(limits(100, 64 << 20), time);
        int tokens = 0;
        int refusals = 0;
        for (int i = 0; i < 10_000; i++) {
            cache.keep(key(i), token(1));
            cache.remember(key(i), refusal(1));
        }
        cache.bytes();
        for (int i = 0; i < 10_000; i++) {
            tokens += cache.usable(key(i), time.millis()) == null ? 0 : 1;
            refusals += cache.remembered(key(i)) == null ? 0 : 1;
        }

        assertThat(tokens).isBetween(50, 100);
        assertThat(refusals).isBetween(50, 100);
    }
}
