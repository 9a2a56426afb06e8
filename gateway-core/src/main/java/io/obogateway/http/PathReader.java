package io.obogateway.http;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.util.Arrays;

/** Reads one origin-form target in one pass. A path without escapes costs its segments and nothing else. */
final class PathReader {
    private static final byte SLASH = 1;
    private static final byte ESCAPE = 2;
    private static final byte SEMICOLON = 3;
    private static final byte QUERY = 4;
    private static final byte REFUSED = 5;

    private static final byte[] KINDS = new byte[128];

    static {
        Arrays.fill(KINDS, 0, ' ' + 1, REFUSED);
        KINDS[0x7F] = REFUSED;
        KINDS['\\'] = REFUSED;
        KINDS['#'] = REFUSED;
        KINDS['/'] = SLASH;
        KINDS['%'] = ESCAPE;
        KINDS[';'] = SEMICOLON;
        KINDS['?'] = QUERY;
    }

    private final String target;
    private String[] segments = new String[6];
    private int size;
    private boolean severalReadings;

    PathReader(String target) {
        this.target = target;
    }

    RequestPath read() {
        int length = target.length();
        int start = 1;
        boolean escaped = false;
        int at = 1;
        for (; at < length; at++) {
            switch (kind(target.charAt(at))) {
                case SLASH -> {
                    severalReadings |= at == start;
                    add(start, at, escaped);
                    start = at + 1;
                    escaped = false;
                }
                case ESCAPE -> escaped = true;
                case SEMICOLON -> severalReadings = true;
                case QUERY -> {
                    checkQuery(at + 1);
                    length = at;
                }
                case REFUSED -> throw refused(target.charAt(at));
                default -> {}
            }
        }
        add(start, length, escaped);
        return new RequestPath(target, length, segments, size, severalReadings);
    }

    private static byte kind(char c) {
        return c < 128 ? KINDS[c] : REFUSED;
    }

    private void add(int start, int end, boolean escaped) {
        String segment = escaped ? PercentEscapes.normalize(target, start, end) : target.substring(start, end);
        if (isDots(segment)) {
            throw bad("The path has a '.' or '..' segment");
        }
        if (size == segments.length) {
            segments = Arrays.copyOf(segments, size * 2);
        }
        segments[size++] = segment;
    }

    /** One or two dots, whatever parameters follow them (also encoded): servers that cut parameters resolve what is left. */
    private static boolean isDots(String segment) {
        if (segment.isEmpty() || segment.charAt(0) != '.') {
            return false;
        }
        int end = segment.length() > 1 && segment.charAt(1) == '.' ? 2 : 1;
        return end == segment.length() || segment.charAt(end) == ';' || segment.startsWith("%3B", end);
    }

    /** A query is nobody's route, so only what could end the request line or the target is refused. */
    private void checkQuery(int from) {
        for (int at = from; at < target.length(); at++) {
            char c = target.charAt(at);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                throw refused(c);
            }
        }
    }

    static GatewayException refused(char c) {
        return switch (c) {
            case '#' -> bad("The request target has a fragment ('#'), which is never sent to a server");
            case '\\' -> bad("The path has a backslash");
            case ' ' -> bad("The request target has a space");
            case 0 -> bad("The request target has a NUL character");
            default ->
                bad(
                        c > 0x7F
                                ? "The request target has a character that is not ASCII; percent-encode it"
                                : "The request target has a control character");
        };
    }

    static GatewayException bad(String detail) {
        return new GatewayException(ErrorCode.BAD_REQUEST, detail);
    }
}
