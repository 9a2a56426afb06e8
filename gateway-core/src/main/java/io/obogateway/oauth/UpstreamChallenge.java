package io.obogateway.oauth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the claims challenge in an upstream's {@code WWW-Authenticate} fields: a {@code Bearer} challenge with {@code
 * error="insufficient_claims"} and {@code claims}, among other challenges, its parameters in any order (RFC 9110, 11.6.1;
 * Microsoft identity platform, "Claims challenges, claims requests and client capabilities").
 */
public final class UpstreamChallenge {
    private final String field;
    private int at;

    private UpstreamChallenge(String field) {
        this.field = field;
    }

    /**
     * The claims that the upstream asks for, as minified JSON; null when it asks for none, or in a way that cannot be read.
     *
     * @param fields the values of {@code WWW-Authenticate}, in their order
     */
    public static @Nullable String claims(List<String> fields) {
        for (String field : fields) {
            String claims = new UpstreamChallenge(field).claims();
            if (claims != null) {
                return claims;
            }
        }
        return null;
    }

    /** Challenges and parameters are both separated by commas: what has a value is a parameter of the last scheme. */
    private @Nullable String claims() {
        String scheme = "";
        Map<String, String> parameters = new HashMap<>();
        while (skipTo(" \t,")) {
            String name = token();
            if (name.isEmpty()) {
                return null; // no list of challenges
            }
            String value = value();
            if (value != null) {
                parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
                continue;
            }
            String claims = claimsIn(scheme, parameters);
            if (claims != null) {
                return claims;
            }
            scheme = name;
            parameters.clear();
        }
        return claimsIn(scheme, parameters);
    }

    private static @Nullable String claimsIn(String scheme, Map<String, String> parameters) {
        String claims = parameters.get("claims");
        if (claims == null
                || !scheme.equalsIgnoreCase("Bearer")
                || !"insufficient_claims".equals(parameters.get("error"))) {
            return null;
        }
        return decoded(claims);
    }

    /** Base64 of either alphabet, with padding or without. */
    private static @Nullable String decoded(String claims) {
        int end = claims.length();
        while (end > 0 && claims.charAt(end - 1) == '=') {
            end--;
        }
        String standard = claims.substring(0, end).replace('-', '+').replace('_', '/');
        try {
            byte[] json = Base64.getDecoder().decode(standard);
            return ClaimsParameter.minified(new String(json, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null; // not base64: nothing to go by
        }
    }

    /** Skips what separates; whether anything is left. */
    private boolean skipTo(String separators) {
        while (at < field.length() && separators.indexOf(field.charAt(at)) >= 0) {
            at++;
        }
        return at < field.length();
    }

    private String token() {
        int begin = at;
        while (at < field.length() && " \t,=\"".indexOf(field.charAt(at)) < 0) {
            at++;
        }
        return field.substring(begin, at);
    }

    /** The value after a name; null where the name was a scheme, or credentials of one (token68). */
    private @Nullable String value() {
        int before = at;
        if (!skipTo(" \t") || field.charAt(at) != '=') {
            at = before;
            return null;
        }
        at++;
        if (!skipTo(" \t") || field.charAt(at) == '=' || field.charAt(at) == ',') {
            skipTo("=");
            return ""; // the padding of a token68
        }
        return field.charAt(at) == '"' ? quoted() : token();
    }

    private String quoted() {
        StringBuilder text = new StringBuilder();
        for (at++; at < field.length() && field.charAt(at) != '"'; at++) {
            if (field.charAt(at) == '\\' && at + 1 < field.length()) {
                at++;
            }
            text.append(field.charAt(at));
        }
        at++;
        return text.toString();
    }
}
