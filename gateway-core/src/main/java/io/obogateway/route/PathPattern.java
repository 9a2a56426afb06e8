package io.obogateway.route;

import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which paths a route takes: literal segments, {@code *} for one segment that is not empty, and a last {@code **} for the
 * rest, also none.
 *
 * @param declared as written in the configuration
 * @param segments in normal form; a wildcard is {@link #ANY} or {@link #REST}, and no literal contains a star
 */
public record PathPattern(String declared, List<String> segments) {
    static final String ANY = "*";
    static final String REST = "**";

    public PathPattern {
        segments = List.copyOf(segments);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException with what is wrong and what would be right
     */
    public static PathPattern parse(String text) {
        checkForm(text);
        RequestPath path = asPath(text);
        List<String> segments = new ArrayList<>(path.size());
        for (int i = 0; i < path.size(); i++) {
            segments.add(checkSegment(text, path.segment(i), i == path.size() - 1));
        }
        return new PathPattern(text, segments);
    }

    /** Normalised text by which two patterns take the same paths. */
    public String shape() {
        return "/" + String.join("/", segments);
    }

    /** How many literal segments there are before the first wildcard: what {@code strip-prefix} removes. */
    public int literalPrefix() {
        int count = 0;
        while (count < segments.size() && !isWildcard(segments.get(count))) {
            count++;
        }
        return count;
    }

    static boolean isWildcard(String segment) {
        return segment.equals(ANY) || segment.equals(REST);
    }

    private static void checkForm(String text) {
        if (text.contains("://")) {
            throw wrong(text, "is a URL", "write its path here and its host in `hosts`");
        }
        if (!text.startsWith("/")) {
            throw wrong(text, "does not begin with a slash", "write \"/" + text + "\"");
        }
        int end = firstOf(text, "?#");
        if (end >= 0) {
            throw wrong(
                    text,
                    "has a '" + text.charAt(end) + "'",
                    "routes take paths only: write \"" + text.substring(0, end) + "\"");
        }
        if (text.contains("//")) {
            throw wrong(
                    text,
                    "has an empty segment, so it could take no request",
                    "write \"" + text.replaceAll("/{2,}", "/") + "\"");
        }
        if (text.contains(";")) {
            throw wrong(
                    text,
                    "has ;params, so it could take no request",
                    "write \"" + text.replaceAll(";[^/]*", "") + "\", which takes paths without them");
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw wrong(text, "has a character that is not ASCII", "write \"" + encoded(text) + "\"");
        }
    }

    private static RequestPath asPath(String text) {
        try {
            return RequestPath.parse(text);
        } catch (GatewayException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" would be refused as a path: "
                            + e.refusal().detail() + "; write it as clients send it, such as \"/people/**\"",
                    e);
        }
    }

    private static String checkSegment(String text, String segment, boolean last) {
        if (!segment.contains(ANY) || segment.equals(ANY) || (last && segment.equals(REST))) {
            return segment;
        }
        if (segment.equals(REST)) {
            throw wrong(
                    text,
                    "has a '**' that is not last",
                    "write '*' for one segment, or end the path with it: \"" + text.substring(0, text.indexOf(REST) + 2)
                            + "\"");
        }
        throw wrong(
                text,
                "has a star inside the segment \"" + segment + "\"",
                "'*' stands for one whole segment and a last '**' for the rest; a star itself is written %2A");
    }

    private static int firstOf(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", octet & 0xFF));
            }
        }
        return encoded.toString();
    }

    private static IllegalArgumentException wrong(String text, String what, String right) {
        return new IllegalArgumentException("\"" + text + "\" " + what + "; " + right);
    }

    @Override
    public String toString() {
        return declared;
    }
}
