package io.obogateway.oauth;

import org.jspecify.annotations.Nullable;

/**
 * What a route wants from a provider.
 *
 * @param provider whom to ask
 * @param grant {@link Grant#ON_BEHALF_OF} or {@link Grant#CLIENT_CREDENTIALS}
 * @param scope the {@code scope} parameter (Texas: {@code target}); null only where {@code audience} is given
 * @param audience the {@code audience} parameter of RFC 8693; null elsewhere
 */
public record ExchangeTarget(
        TokenProvider provider,
        Grant grant,
        @Nullable String scope,
        @Nullable String audience) {
    public ExchangeTarget {
        if (grant != Grant.ON_BEHALF_OF && grant != Grant.CLIENT_CREDENTIALS) {
            throw new IllegalArgumentException("no token is acquired for " + grant.configName());
        }
        if (scope == null && audience == null) {
            throw new IllegalArgumentException("a scope or an audience is needed");
        }
    }
}
