package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Locale;

/**
 * Whom a request is for, {@code uri-host [ ":" port ]} (RFC 9110, 7.2), in fewer characters than RFC 3986 permits: what is
 * matched, logged and sent on as a host is a name or an address and nothing else.
 */
public final class Authority {
    private static final int MAX_PORT_DIGITS = 5;

    private Authority() {}

    /** Of an absolute-form target, which wins (RFC 9112, 3.2.2), else of {@code Host}; empty if there is neither. */
    public static String of(HttpRequest request) {
        String target = request.uri();
        if (target.charAt(0) != '/') {
            int begin = target.indexOf("://");
            if (begin > 0) {
                int end = begin + 3;
                while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
                    end++;
                }
                return target.substring(begin + 3, end);
            }
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        return host == null ? "" : host;
    }

    /** Its host as routes name it: without the port, in lower case, and without the dot that may end a full name. */
    static String hostname(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon >= 0 && authority.indexOf(']', colon) < 0) {
            end = colon;
        }
        if (end > 1 && authority.charAt(end - 1) == '.') {
            end--;
        }
        return authority.substring(0, end).toLowerCase(Locale.ROOT);
    }

    /** Whether it is a name or an address, in brackets if of IPv6, perhaps with a port; no user information. */
    public static boolean isValid(String authority) {
        int length = authority.length();
        int end = authority.startsWith("[") ? endOfAddress(authority) : endOfName(authority);
        return end > 0 && (end == length || authority.charAt(end) == ':' && isPort(authority, end + 1));
    }

    private static int endOfName(String authority) {
        int end = 0;
        while (end < authority.length() && isNameChar(authority.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isNameChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }

    /** Behind the closing bracket; 0 if what is in brackets is no IPv6 address. */
    private static int endOfAddress(String authority) {
        boolean colon = false;
        for (int i = 1; i < authority.length(); i++) {
            char c = authority.charAt(i);
            if (c == ']') {
                return colon ? i + 1 : 0;
            }
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                return 0;
            }
            colon |= c == ':';
        }
        return 0;
    }

    private static boolean isPort(String authority, int begin) {
        for (int i = begin; i < authority.length(); i++) {
            if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
                return false;
            }
        }
        return authority.length() - begin <= MAX_PORT_DIGITS;
    }
}
