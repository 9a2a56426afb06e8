package io.obogateway.oauth;

import java.time.Duration;

/**
 * How patient the gateway is with a provider, and how much it asks of it at a time.
 *
 * @param timeout of a token request: waiting for its turn and all tries together
 * @param retries further tries, after a 5xx or a broken connection only
 * @param breakerFailures so many failures in a row stop all calls for a while; 0: never
 * @param breakerOpenFor how long they stop
 * @param maxConcurrent token requests under way at a time
 * @param maxWaiting token requests that wait for their turn; further ones are refused at once
 */
public record ProviderLimits(
        Duration timeout,
        int retries,
        int breakerFailures,
        Duration breakerOpenFor,
        int maxConcurrent,
        int maxWaiting) {
    private static final int MAX_CONCURRENT = 128;
    private static final int MAX_WAITING = 20_000;

    public static final ProviderLimits DEFAULT = new ProviderLimits(Duration.ofSeconds(5), 1);

    public ProviderLimits {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
        if (retries < 0 || breakerFailures < 0 || maxConcurrent < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException("limits of a provider must not be negative");
        }
    }

    /** The defaults for everything else. */
    public ProviderLimits(Duration timeout, int retries) {
        this(timeout, retries, 10, Duration.ofSeconds(10));
    }

    /** What the configuration names. */
    public ProviderLimits(Duration timeout, int retries, int breakerFailures, Duration breakerOpenFor) {
        this(timeout, retries, breakerFailures, breakerOpenFor, MAX_CONCURRENT, MAX_WAITING);
    }
}
