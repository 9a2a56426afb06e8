package io.obogateway.oauth;

import io.obogateway.http.Json;
import org.jspecify.annotations.Nullable;

/**
 * A {@code claims} parameter (OpenID Connect Core, 5.5) on its way to someone else: a JSON object in a string. Only the
 * white space between its tokens is taken out, because reading and writing it anew could change what it asks for.
 */
final class ClaimsParameter {
    /* In base64 it still fits a header field that clients and proxies take. */
    private static final int MAX_LENGTH = 4096;

    private ClaimsParameter() {}

    /** The value without white space; null when it is none, no JSON object, or longer than anybody could pass on. */
    static @Nullable String minified(@Nullable Object value) {
        if (!(value instanceof String text)) {
            return null;
        }
        try {
            if (Json.object(text).isEmpty()) {
                return null;
            }
        } catch (Json.InvalidJsonException e) {
            return null;
        }
        String minified = withoutSpace(text);
        return minified.length() <= MAX_LENGTH ? minified : null;
    }

    private static String withoutSpace(String json) {
        StringBuilder out = new StringBuilder(json.length());
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString && c == '\\') {
                out.append(c);
                c = json.charAt(++i);
            } else if (c == '"') {
                inString = !inString;
            } else if (!inString && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
                continue;
            }
            out.append(c);
        }
        return out.toString();
    }
}
