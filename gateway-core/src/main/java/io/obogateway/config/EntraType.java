package io.obogateway.config;

import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenProvider;
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
        return ClientRegistration.NEEDED;
    }

    @Override
    public List<String> fromVariables() {
        return ClientRegistration.fromVariables();
    }

    @Override
    public @Nullable TokenProvider read(
            String name, Section section, ProviderLimits limits, boolean allowInsecureHttp, boolean present) {
        ClientRegistration own = ClientRegistration.read(section, allowInsecureHttp, present);
        Set<String> capabilities = capabilities(section.key("client-capabilities"));
        return own == null
                ? null
                : new EntraProvider(name, own.tokenUrl(), own.clientId(), own.credentials(), capabilities, limits);
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
