package io.obogateway.oauth;

import java.time.Duration;

/**
 * The bounds of the token cache.
 *
 * @param expiryMargin a token is not used in its last margin, which is never more than half its life
 * @param failureTtl how long a refusal that is the caller's is remembered for its key
 */
public record CacheLimits(int maxEntries, Duration expiryMargin, Duration failureTtl) {
    public static final CacheLimits DEFAULT = new CacheLimits(100_000, Duration.ofSeconds(30), Duration.ofSeconds(5));
}
