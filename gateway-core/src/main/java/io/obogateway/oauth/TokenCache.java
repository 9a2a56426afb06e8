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
    private final CacheLimits limits;
    private final Clock clock;
    private final Cache<ExchangeKey, CachedToken> tokens;
    private final Cache<ExchangeKey, Failure> failures;

    TokenCache(CacheLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        // no entry weighs less than this, so that the bound in bytes bounds their number as well
        long leastWeight = Math.max(1, limits.maxBytes() / limits.maxEntries());
        this.tokens = Caffeine.newBuilder()
                .executor(Runnable::run) // little work, and no thread to hand it to
                .maximumWeight(Math.min(limits.maxBytes(), leastWeight * limits.maxEntries()))
                .weigher((ExchangeKey key, CachedToken token) ->
                        (int) Math.min(Integer.MAX_VALUE, Math.max(leastWeight, token.weightInBytes())))
                .expireAfter(Expiry.writing((ExchangeKey key, CachedToken token) ->
                        Duration.ofMillis(Math.max(0, token.expiresAtMillis() - clock.millis()))))
                .ticker(ticker)
                .build();
        this.failures = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(limits.maxEntries())
                .expireAfterWrite(limits.failureTtl())
                .ticker(ticker)
                .build();
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
}
