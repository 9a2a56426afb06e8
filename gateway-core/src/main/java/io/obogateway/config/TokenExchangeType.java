package io.obogateway.config;

import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenExchangeProvider;
import io.obogateway.oauth.TokenProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code type = token-exchange}: OAuth 2.0 Token Exchange (RFC 8693), as TokenX and Keycloak speak it. */
final class TokenExchangeType implements ProviderType {
    @Override
    public String name() {
        return "token-exchange";
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
        String subjectTokenType = subjectTokenType(section.key("subject-token-type"));
        return own == null
                ? null
                : new TokenExchangeProvider(
                        name, own.tokenUrl(), own.clientId(), own.credentials(), subjectTokenType, limits);
    }

    private static String subjectTokenType(Key key) {
        String type = key.text();
        if (type != null && type.indexOf(':') < 1) {
            key.problem("must be a URI of RFC 8693, such as \"" + TokenExchangeProvider.JWT + "\", not " + key.shown());
        }
        return type == null ? TokenExchangeProvider.JWT : type;
    }
}
