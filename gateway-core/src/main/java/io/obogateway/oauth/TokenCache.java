package io.obogateway.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known of earlier token requests: tokens until they expire, refusals that are the caller's for a short time.
 * Bounded in entries and in bytes; safe for all threads; a lookup takes no lock.
 */
final class TokenCache {
    /** Refusals get an eighth of the bytes beside the tokens: they are short-lived, and providers word them. */
    private static final int FAILURES_SHARE = 8;

    private final CacheLimits limits;
    private final Clock clock;
    private final Cache<ExchangeKey, CachedToken> tokens;
    private final Cache<ExchangeKey, Failure> failures;

    TokenCache(CacheLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        long tokenBytes = limits.maxBytes();
        long leastToken = least(tokenBytes, limits);
        this.tokens = Caffeine.newBuilder()
                .executor(Runnable::run) // little work, and no thread to hand it to
                .maximumWeight(Math.min(tokenBytes, leastToken * limits.maxEntries()))
                .weigher((ExchangeKey key, CachedToken token) -> weight(token.weightInBytes(), leastToken))
                .expireAfter(Expiry.writing((ExchangeKey key, CachedToken token) ->
                        Duration.ofMillis(Math.max(0, token.expiresAtMillis() - clock.millis()))))
                .ticker(ticker)
                .build();
        long failureBytes = limits.maxBytes() / FAILURES_SHARE;
        long leastFailure = least(failureBytes, limits);
        this.failures = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(Math.min(failureBytes, leastFailure * limits.maxEntries()))
                .weigher((ExchangeKey key, Failure failure) -> weight(failure.weightInBytes(), leastFailure))
                .expireAfterWrite(limits.failureTtl())
                .ticker(ticker)
                .build();
    }

    /** What no entry weighs less than, so that the bound in bytes bounds their number as well. */
    private static long least(long maxBytes, CacheLimits limits) {
        return Math.max(1, maxBytes / limits.maxEntries());
    }

    private static int weight(int bytes, long least) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(least, bytes));
    }

    /** The token for a key as long as it is to be used; else null. */
    @Nullable
    CachedToken usable(ExchangeKey key, long now) {
        CachedToken token = tokens.getIfPresent(key);
        return token != null && token.usableAt(now) ? token : null;
    }

    /** The token for a key to its true end, for when no other is to be had; else null. */
    @Nullable
    CachedToken unexpired(ExchangeKey key) {
        CachedToken token = tokens.getIfPresent(key);
        return token != null && token.unexpiredAt(clock.millis()) ? token : null;
    }

    /** The refusal that the same request met a moment ago; else null. */
    @Nullable
    Failure remembered(ExchangeKey key) {
        return failures.getIfPresent(key);
    }

    /** Keeps a token that can be used again; one without a lifetime is for those who wait for it and for nobody else. */
    void keep(ExchangeKey key, CachedToken token) {
        if (token.usableAt(clock.millis())) {
            tokens.put(key, token);
        }
    }

    void remember(ExchangeKey key, Failure failure) {
        if (failure.remembered() && !limits.failureTtl().isZero()) {
            failures.put(key, failure);
        }
    }

    void drop(ExchangeKey key) {
        tokens.invalidate(key);
    }

    void clear() {
        tokens.invalidateAll();
        failures.invalidateAll();
    }

    /** How many bytes are held, roughly, tokens and refusals together; for tests. */
    long bytes() {
        return bytes(tokens) + bytes(failures);
    }

    private static long bytes(Cache<?, ?> cache) {
        cache.cleanUp();
        return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
