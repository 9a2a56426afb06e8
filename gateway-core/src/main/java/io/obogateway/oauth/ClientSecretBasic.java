package io.obogateway.oauth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;

/**
 * {@code client_secret_basic}: id and secret in {@code Authorization: Basic}, each form-encoded first (RFC 6749, 2.3.1),
 * without which a colon in the id or a character beyond ASCII would be read as something else.
 */
public record ClientSecretBasic(Secret secret) implements ClientAuthentication {
    public static final String METHOD = "client_secret_basic";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public void apply(
            String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock) {
        String pair = TokenRequest.encode(clientId) + ":" + TokenRequest.encode(secret.reveal());
        headers.put(
                "authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }
}
