package io.obogateway.fakeentra;

import com.nimbusds.jwt.JWTParser;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the token endpoint, as it came.
 *
 * @param time by the provider's clock
 * @param headers by lower-case name
 * @param form parameters, decoded, in their order; of a repeated one the last
 * @param body as sent
 */
public record TokenRequest(Instant time, Map<String, String> headers, Map<String, String> form, String body) {
    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    static TokenRequest of(WireRequest request, Instant time) {
        return new TokenRequest(time, request.headers(), decode(request.body()), request.body());
    }

    private static Map<String, String> decode(String body) {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : body.isEmpty() ? new String[0] : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            form.put(URLDecoder.decode(name, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return Collections.unmodifiableMap(form);
    }

    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The decoded parameter; empty when it is absent. */
    public String parameter(String name) {
        return form.getOrDefault(name, "");
    }

    public String scope() {
        return parameter("scope");
    }

    public boolean isExchange() {
        return parameter("grant_type").equals(JWT_BEARER);
    }

    /** The assertion's claims, unverified; empty without a readable assertion. */
    public Map<String, Object> assertionClaims() {
        try {
            return JWTParser.parse(parameter("assertion")).getJWTClaimsSet().getClaims();
        } catch (ParseException e) {
            return Map.of();
        }
    }
}
