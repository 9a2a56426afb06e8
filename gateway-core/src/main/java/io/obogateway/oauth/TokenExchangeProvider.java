package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider that speaks OAuth 2.0 Token Exchange (RFC 8693), such as TokenX and Keycloak; for applications, client
 * credentials.
 *
 * @param credentials the current one, then the next one
 * @param subjectTokenType {@code subject_token_type}, a URN of RFC 8693, 3
 */
public record TokenExchangeProvider(
        String name,
        URI tokenUrl,
        String clientId,
        List<ClientAuthentication> credentials,
        String subjectTokenType,
        ProviderLimits limits)
        implements TokenProvider {
    /** The token type of any JWT (RFC 8693, 3). */
    public static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    private static final Set<Grant> GRANTS = Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS);

    public TokenExchangeProvider {
        credentials = List.copyOf(credentials);
        if (credentials.isEmpty()) {
            throw new IllegalArgumentException("a provider needs a client credential");
        }
    }

    @Override
    public Set<Grant> grants() {
        return GRANTS;
    }

    @Override
    public boolean takesAudience() {
        return true;
    }

    @Override
    public List<String> identity() {
        return List.of("token-exchange", name, tokenUrl.toString(), clientId, subjectTokenType);
    }

    @Override
    public @Nullable TokenProvider withNextCredential() {
        return credentials.size() < 2
                ? null
                : new TokenExchangeProvider(
                        name, tokenUrl, clientId, credentials.subList(1, credentials.size()), subjectTokenType, limits);
    }

    @Override
    public boolean blamesTokenByInvalidRequest() {
        return true;
    }

    @Override
    public Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock) {
        TokenRequest request = new TokenRequest();
        if (target.grant() == Grant.ON_BEHALF_OF) {
            request.with("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                    .authenticatedBy(credentials.get(0), clientId, tokenUrl, clock)
                    .with("subject_token_type", subjectTokenType)
                    .with("subject_token", subjectToken);
        } else {
            request.with("grant_type", "client_credentials")
                    .authenticatedBy(credentials.get(0), clientId, tokenUrl, clock);
        }
        return request.with("audience", target.audience())
                .with("scope", target.scope())
                .with("claims", claims)
                .to(tokenUrl, limits.timeout());
    }
}
