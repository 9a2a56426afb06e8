package io.obogateway.config;

import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TokenProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
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
        return List.of("token-url", "client-id", "client-secret", "client-secret-file", "next-client-secret");
    }

    @Override
    public @Nullable TokenProvider read(
            String name, Section section, ProviderLimits limits, boolean allowInsecureHttp, boolean present) {
        URI tokenUrl = Urls.endpoint(section.key("token-url"), allowInsecureHttp);
        String clientId = section.key("client-id").text();
        Secret fromFile = SecretFile.read(section.key("client-secret-file"));
        Secret inline = section.key("client-secret").secret();
        Secret current = fromFile == null ? inline : fromFile;
        Secret next = section.key("next-client-secret").secret();
        if (present) {
            section.key("token-url").missing("has no value; give the URL of the token endpoint");
            section.key("client-id").missing("has no value; give the gateway's own client id");
            if (section.key("client-secret-file").absent()) {
                section.key("client-secret").missing("has no value; give it, or client-secret-file");
            }
        }
        if (tokenUrl == null || clientId == null || current == null) {
            return null;
        }
        List<ClientAuthentication> credentials = new ArrayList<>();
        credentials.add(new ClientSecretPost(current));
        if (next != null && !next.equals(current)) {
            credentials.add(new ClientSecretPost(next));
        }
        return new EntraProvider(name, tokenUrl, clientId, credentials, limits);
    }
}
