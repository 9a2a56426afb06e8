package io.obogateway.oauth;

import io.obogateway.jwt.TokenDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a route wants from a provider. Immutable; made once per route, which is why it carries the digest that makes a
 * cache lookup cheap.
 */
public final class ExchangeTarget {
    private final TokenProvider provider;
    private final Grant grant;
    private final @Nullable String scope;
    private final @Nullable String audience;
    private final TokenDigest digest;

    /**
     * @param provider whom to ask
     * @param grant {@link Grant#ON_BEHALF_OF} or {@link Grant#CLIENT_CREDENTIALS}
     * @param scope the {@code scope} parameter (Texas: {@code target}); null only where {@code audience} is given
     * @param audience the {@code audience} parameter of RFC 8693; null elsewhere
     */
    public ExchangeTarget(TokenProvider provider, Grant grant, @Nullable String scope, @Nullable String audience) {
        if (grant != Grant.ON_BEHALF_OF && grant != Grant.CLIENT_CREDENTIALS) {
            throw new IllegalArgumentException("no token is acquired for " + grant.configName());
        }
        if (scope == null && audience == null) {
            throw new IllegalArgumentException("a scope or an audience is needed");
        }
        this.provider = provider;
        this.grant = grant;
        this.scope = scope;
        this.audience = audience;
        this.digest = ExchangeKey.digestOf(provider.identity(), grant, scope, audience);
    }

    public TokenProvider provider() {
        return provider;
    }

    public Grant grant() {
        return grant;
    }

    public @Nullable String scope() {
        return scope;
    }

    public @Nullable String audience() {
        return audience;
    }

    /** The digest of everything in here that changes the provider's answer. */
    TokenDigest digest() {
        return digest;
    }

    /** What the token is for, in words for a message: the scope, else the audience. */
    String wanted() {
        return scope != null ? scope : String.valueOf(audience);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExchangeTarget that
                && provider.equals(that.provider)
                && grant == that.grant
                && Objects.equals(scope, that.scope)
                && Objects.equals(audience, that.audience);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "ExchangeTarget[provider=" + provider.name() + ", grant=" + grant.configName() + ", for=" + wanted()
                + "]";
    }
}
