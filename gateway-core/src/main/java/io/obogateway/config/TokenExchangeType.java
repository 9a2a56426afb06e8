package io.obogateway.config;

import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenExchangeProvider;
import io.obogateway.oauth.TokenProvider;
import java.net.URI;
import java.util.ArrayList;
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
        String subjectTokenType = subjectTokenType(section.key("subject-token-type"));
        if (present) {
            section.key("token-url").missing("has no value; give the URL of the token endpoint");
            section.key("client-id").missing("has no value; give the gateway's own client id");
        }
        if (tokenUrl == null || clientId == null || credentials.isEmpty()) {
            return null;
        }
        return new TokenExchangeProvider(name, tokenUrl, clientId, credentials, subjectTokenType, limits);
    }

    private static String subjectTokenType(Key key) {
        String type = key.text();
        if (type != null && type.indexOf(':') < 1) {
            key.problem("must be a URI of RFC 8693, such as \"" + TokenExchangeProvider.JWT + "\", not " + key.shown());
        }
        return type == null ? TokenExchangeProvider.JWT : type;
    }
}
