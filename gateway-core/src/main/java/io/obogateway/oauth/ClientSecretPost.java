package io.obogateway.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** {@code client_secret_post}: id and secret in the form (RFC 6749, 2.3.1). */
public record ClientSecretPost(Secret secret) implements ClientAuthentication {
    public static final String METHOD = "client_secret_post";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public void apply(
            String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock) {
        form.put("client_id", clientId);
        form.put("client_secret", secret.reveal());
    }
}
