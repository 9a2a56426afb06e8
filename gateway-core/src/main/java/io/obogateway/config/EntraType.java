package io.obogateway.config;

import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code type = entra}: Microsoft Entra ID's token endpoint. */
final class EntraType implements ProviderType {
    @Override
    public String name() {
        return "entra";
    }

    @Override
    public List<String> needed() {
        return List.of("token-url", "client-id");
    }

    @Override
    public List<String> fromVariables() {
        List<String> keys = new ArrayList<>(needed());
        keys.addAll(CredentialsReader.FROM_VARIABLES);
        return keys;
    }

    @Override
    public @Nullable TokenProvider read(
            String name, Section section, ProviderLimits limits, boolean allowInsecureHttp, boolean present) {
        URI tokenUrl = Urls.endpoint(section.key("token-url"), allowInsecureHttp);
        String clientId = section.key("client-id").text();
        List<ClientAuthentication> credentials = new CredentialsReader(section).read(present);
        Set<String> capabilities = capabilities(section.key("client-capabilities"));
        if (present) {
            section.key("token-url").missing("has no value; give the URL of the token endpoint");
            section.key("client-id").missing("has no value; give the gateway's own client id");
        }
        if (tokenUrl == null || clientId == null || credentials.isEmpty()) {
            return null;
        }
        return new EntraProvider(name, tokenUrl, clientId, credentials, capabilities, limits);
    }

    private static Set<String> capabilities(Key key) {
        Set<String> capabilities = new LinkedHashSet<>();
        for (Key element : key.elements()) {
            String capability = element.text();
            if (EntraProvider.CP1.equals(capability)) {
                capabilities.add(capability);
            } else if (capability != null) {
                element.problem("there is no client capability \"" + capability + "\"; the only one is \"cp1\"");
            }
        }
        return capabilities;
    }
}
