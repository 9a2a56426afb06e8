package io.obogateway.config;

import io.obogateway.oauth.ClientAuthentication;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As whom the gateway asks a token endpoint: {@code token-url}, {@code client-id} and the credentials that prove it. */
record ClientRegistration(URI tokenUrl, String clientId, List<ClientAuthentication> credentials) {

    /** The keys without which a provider is not there. */
    static final List<String> NEEDED = List.of("token-url", "client-id");

    /** Those that a platform sets by variables. */
    static List<String> fromVariables() {
        List<String> keys = new ArrayList<>(NEEDED);
        keys.addAll(CredentialsReader.FROM_VARIABLES);
        return keys;
    }

    /**
     * Null: it is not complete, which was reported if it has to be.
     *
     * @param present whether the provider has to be there
     */
    static @Nullable ClientRegistration read(Section section, boolean allowInsecureHttp, boolean present) {
        URI tokenUrl = Urls.endpoint(section.key("token-url"), allowInsecureHttp);
        String clientId = section.key("client-id").text();
        List<ClientAuthentication> credentials = new CredentialsReader(section).read(present);
        if (present) {
            section.key("token-url").missing("has no value; give the URL of the token endpoint");
            section.key("client-id").missing("has no value; give the gateway's own client id");
        }
        return tokenUrl == null || clientId == null || credentials.isEmpty()
                ? null
                : new ClientRegistration(tokenUrl, clientId, credentials);
    }
}
