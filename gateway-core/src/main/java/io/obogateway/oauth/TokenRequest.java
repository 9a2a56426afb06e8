package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A token request under construction: the form's parameters in the order in which they are added. */
final class TokenRequest {
    /** Far more than the largest token, far less than what would hurt. */
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private final Map<String, String> form = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();

    TokenRequest() {
        headers.put("accept", "application/json");
    }

    /** Adds a parameter; null leaves it out. */
    TokenRequest with(String name, @Nullable String value) {
        if (value != null) {
            form.put(name, value);
        }
        return this;
    }

    TokenRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    TokenRequest authenticatedBy(ClientAuthentication credential, String clientId, URI tokenUrl, Clock clock) {
        credential.apply(clientId, tokenUrl, form, headers, clock);
        return this;
    }

    Backchannel.Call to(URI tokenUrl, Duration deadline) {
        return Backchannel.Call.post(
                tokenUrl, headers, "application/x-www-form-urlencoded", encoded(), deadline, MAX_ANSWER_BYTES);
    }

    private String encoded() {
        StringBuilder body = new StringBuilder(4096);
        form.forEach((name, value) -> {
            if (!body.isEmpty()) {
                body.append('&');
            }
            body.append(encode(name)).append('=').append(encode(value));
        });
        return body.toString();
    }

    /** {@code application/x-www-form-urlencoded} in UTF-8 (RFC 6749, appendix B). */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
