package io.obogateway.fakeentra;

import com.nimbusds.jose.util.JSONObjectUtils;
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
 * One request to the token endpoint or to {@link Texas}, as it came.
 *
 * @param time by the provider's clock
 * @param path of the endpoint
 * @param headers by lower-case name
 * @param form parameters, decoded, in their order, or a JSON object's members as text; of a repeated one the last
 * @param body as sent
 */
public record TokenRequest(
        Instant time, String path, Map<String, String> headers, Map<String, String> form, String body) {
    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    static TokenRequest of(WireRequest request, Instant time) {
        return new TokenRequest(time, request.path(), request.headers(), decode(request.body()), request.body());
    }

    /**
     * @throws ParseException when the body is no JSON object
     */
    static TokenRequest ofJson(WireRequest request, Instant time) throws ParseException {
        Map<String, String> members = new LinkedHashMap<>();
        JSONObjectUtils.parse(request.body()).forEach((name, value) -> {
            if (value != null) {
                members.put(name, value.toString());
            }
        });
        return new TokenRequest(
                time, request.path(), request.headers(), Collections.unmodifiableMap(members), request.body());
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

    /** The claims of the employee's token, unverified; empty without a readable one. */
    public Map<String, Object> assertionClaims() {
        String token = form.containsKey("user_token") ? parameter("user_token") : parameter("assertion");
        try {
            return JWTParser.parse(token).getJWTClaimsSet().getClaims();
        } catch (ParseException e) {
            return Map.of();
        }
    }
}
