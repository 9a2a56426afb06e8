package io.obogateway.oauth;

import java.time.Duration;

/**
 * How patient the gateway is with a provider.
 *
 * @param timeout of a token request, all tries together
 * @param retries further tries, after a 5xx or a broken connection only
 */
public record ProviderLimits(Duration timeout, int retries) {
    public static final ProviderLimits DEFAULT = new ProviderLimits(Duration.ofSeconds(5), 1);
}
