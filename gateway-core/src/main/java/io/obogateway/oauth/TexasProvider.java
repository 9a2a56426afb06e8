package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texas, the token service that NAIS runs beside each application: it holds the credentials, the gateway asks it over
 * loopback.
 *
 * @param tokenUrl {@code /api/v1/token}, the gateway's own tokens
 * @param exchangeUrl {@code /api/v1/token/exchange}, tokens on behalf of an employee
 * @param identityProvider one of {@link #identityProviders()}
 */
public record TexasProvider(String name, URI tokenUrl, URI exchangeUrl, String identityProvider, ProviderLimits limits)
        implements TokenProvider {
    private static final Set<Grant> GRANTS = Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS);

    /** What Texas does for each of the identity providers it knows that give outbound tokens. */
    private static final Map<String, Set<Grant>> GRANTS_OF = Map.of(
            "azuread",
            GRANTS,
            "entra_id",
            GRANTS,
            "tokenx",
            Set.of(Grant.ON_BEHALF_OF),
            "maskinporten",
            Set.of(Grant.CLIENT_CREDENTIALS));

    /** The identity providers that Texas has tokens of. */
    public static Set<String> identityProviders() {
        return GRANTS_OF.keySet();
    }

    /** Texas knows the client id and the gateway does not; the identity provider tells its answers apart. */
    @Override
    public String clientId() {
        return identityProvider;
    }

    @Override
    public String application() {
        return "the gateway's application";
    }

    @Override
    public Set<Grant> grants() {
        return GRANTS_OF.getOrDefault(identityProvider, GRANTS);
    }

    @Override
    public List<String> identity() {
        return List.of("texas", name, tokenUrl.toString(), exchangeUrl.toString(), identityProvider);
    }

    /**
     * The token request. Texas takes no {@code claims}; asked for a token that meets some, it is told at least not to
     * answer with the one that did not.
     */
    @Override
    public Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock) {
        return new TokenRequest()
                .with("identity_provider", identityProvider)
                .with("target", targetName(target.wanted()))
                .with("user_token", subjectToken)
                .with("skip_cache", claims == null ? null : "true")
                .to(subjectToken == null ? tokenUrl : exchangeUrl, limits.timeout());
    }

    /** Texas passes a target on as it is, so the short form {@code cluster:namespace:app} is spelt out for Entra. */
    private String targetName(String wanted) {
        boolean entra = identityProvider.equals("azuread") || identityProvider.equals("entra_id");
        if (!entra || wanted.contains("/")) {
            return wanted;
        }
        String[] parts = wanted.split(":", -1);
        return parts.length == 3 ? "api://" + String.join(".", parts) + "/.default" : wanted;
    }
}
