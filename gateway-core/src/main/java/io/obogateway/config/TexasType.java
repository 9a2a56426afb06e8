package io.obogateway.config;

import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TexasProvider;
import io.obogateway.oauth.TokenProvider;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code type = texas}: the token service that NAIS runs beside the application. */
final class TexasType implements ProviderType {
    private static final String DEFAULT = "azuread";

    @Override
    public String name() {
        return "texas";
    }

    @Override
    public List<String> needed() {
        return List.of("token-url", "exchange-url");
    }

    @Override
    public List<String> fromVariables() {
        return needed();
    }

    @Override
    public @Nullable TokenProvider read(
            String name, Section section, ProviderLimits limits, boolean allowInsecureHttp, boolean present) {
        URI tokenUrl = Urls.endpoint(section.key("token-url"), allowInsecureHttp);
        URI exchangeUrl = Urls.endpoint(section.key("exchange-url"), allowInsecureHttp);
        String identityProvider = identityProvider(section.key("identity-provider"));
        if (present) {
            section.key("token-url").missing("has no value; give the URL of Texas' /api/v1/token");
            section.key("exchange-url").missing("has no value; give the URL of Texas' /api/v1/token/exchange");
        }
        return tokenUrl == null || exchangeUrl == null
                ? null
                : new TexasProvider(name, tokenUrl, exchangeUrl, identityProvider, limits);
    }

    private static String identityProvider(Key key) {
        String name = key.text();
        if (name != null && !TexasProvider.identityProviders().contains(name)) {
            key.problem("Texas has no outbound tokens of \"" + name + "\"; "
                    + NearestName.hint(name, TexasProvider.identityProviders()));
        }
        return name == null ? DEFAULT : name;
    }
}
