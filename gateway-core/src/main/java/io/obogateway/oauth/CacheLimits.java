package io.obogateway.oauth;

import java.time.Duration;

/**
 * The bounds of the token cache.
 *
 * @param maxBytes of all cached tokens together, about
 * @param expiryMargin a token is not used in its last margin, which is never more than half its life
 * @param failureTtl how long a refusal that is the caller's is remembered for its key
 */
public record CacheLimits(int maxEntries, long maxBytes, Duration expiryMargin, Duration failureTtl) {
    public static final CacheLimits DEFAULT = new CacheLimits(100_000, Duration.ofSeconds(30), Duration.ofSeconds(5));

    public CacheLimits {
        if (maxEntries < 1 || maxBytes < 1 || expiryMargin.isNegative() || failureTtl.isNegative()) {
            throw new IllegalArgumentException("limits of the token cache must not be negative");
        }
    }

    /** Bounded to a quarter of the heap. */
    public CacheLimits(int maxEntries, Duration expiryMargin, Duration failureTtl) {
        this(maxEntries, Runtime.getRuntime().maxMemory() / 4, expiryMargin, failureTtl);
    }
}
