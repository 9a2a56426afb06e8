package io.obogateway.http;

/** The absolute-form of a request target, {@code http://host/path?query} (RFC 9112, 3.2.2). */
final class AbsoluteForm {
    private AbsoluteForm() {}

    /** The target in origin-form: itself, or the part of an absolute-form behind its authority. */
    static String toOriginForm(String target) {
        if (!target.isEmpty() && target.charAt(0) == '/') {
            return target;
        }
        int authority = authorityStart(target);
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            checkAuthority(target.charAt(end));
            end++;
        }
        if (end == authority || target.charAt(authority) == ':') {
            throw PathReader.bad("The request target names no host");
        }
        String rest = target.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int authorityStart(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        if (target.regionMatches(true, 0, "https://", 0, 8)) {
            return 8;
        }
        throw PathReader.bad("The request target is neither a path nor an http or https URL");
    }

    private static void checkAuthority(char c) {
        if (c <= ' ' || c >= 0x7F || c == '#' || c == '\\') {
            throw PathReader.refused(c);
        }
        if (c == '@') {
            throw PathReader.bad("The request target has user information before its host");
        }
    }
}
