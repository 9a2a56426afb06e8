package io.obogateway.oauth;

import io.obogateway.http.Json;
import io.obogateway.http.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A {@code claims} parameter (OpenID Connect Core, 5.5) on its way to someone else: a JSON object in a string. Only the
 * white space between its tokens is taken out, because reading and writing it anew could change what it asks for.
 */
final class ClaimsParameter {
    /* In base64 it still fits a header field that clients and proxies take. */
    private static final int MAX_LENGTH = 4096;

    private static final String ACCESS_TOKEN = "access_token";
    private static final String XMS_CC = "xms_cc";

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

    /**
     * Adds the client capabilities to a claims parameter, as its {@code access_token.xms_cc}.
     *
     * @param claims JSON; null: nothing else is asked for
     * @return null: nothing at all is asked for. What is no JSON object, or speaks of {@code xms_cc} itself, is returned as
     *     it is
     */
    static @Nullable String withCapabilities(@Nullable String claims, Set<String> capabilities) {
        if (capabilities.isEmpty()) {
            return claims;
        }
        Map<String, Object> values = Map.of("values", List.copyOf(new TreeSet<>(capabilities)));
        if (claims == null) {
            return JsonWriter.write(Map.of(ACCESS_TOKEN, Map.of(XMS_CC, values)));
        }
        Map<String, @Nullable Object> asked;
        try {
            asked = Json.object(claims);
        } catch (Json.InvalidJsonException e) {
            return claims;
        }
        String addition = "\"" + XMS_CC + "\":" + JsonWriter.write(values);
        String minified = withoutSpace(claims);
        if (!asked.containsKey(ACCESS_TOKEN)) {
            return inserted(minified, 1, "\"" + ACCESS_TOKEN + "\":{" + addition + "}", asked.isEmpty());
        }
        int inside = insideOf(ACCESS_TOKEN, minified);
        return inside > 0 && asked.get(ACCESS_TOKEN) instanceof Map<?, ?> ofToken && !ofToken.containsKey(XMS_CC)
                ? inserted(minified, inside, addition, ofToken.isEmpty())
                : claims;
    }

    private static String inserted(String json, int position, String member, boolean last) {
        return json.substring(0, position) + member + (last ? "" : ",") + json.substring(position);
    }

    /** The position behind the opening brace of an object that is a member of the outermost one; -1: not found. */
    private static int insideOf(String member, String minified) {
        String opening = "\"" + member + "\":{";
        boolean inString = false;
        int depth = 0;
        for (int i = 0; i < minified.length(); i++) {
            char c = minified.charAt(i);
            if (depth == 1 && !inString && minified.startsWith(opening, i)) {
                return i + opening.length();
            }
            if (inString && c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (!inString) {
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            }
        }
        return -1;
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
