package io.obogateway.http;

/** The normal form of percent-escapes in a path segment (RFC 3986, 2.1 and 6.2.2). */
final class PercentEscapes {
    private static final String UPPER_HEX = "0123456789ABCDEF";

    private PercentEscapes() {}

    /** The segment with unreserved characters decoded and every other escape in upper case. */
    static String normalize(String text, int start, int end) {
        StringBuilder normal = new StringBuilder(end - start);
        for (int at = start; at < end; at++) {
            char c = text.charAt(at);
            if (c != '%') {
                normal.append(c);
                continue;
            }
            int octet = octet(text, at, end);
            if (isUnreserved(octet)) {
                normal.append((char) octet);
            } else {
                normal.append('%').append(UPPER_HEX.charAt(octet >> 4)).append(UPPER_HEX.charAt(octet & 15));
            }
            at += 2;
        }
        return normal.toString();
    }

    private static int octet(String text, int at, int end) {
        int high = at + 2 < end ? hex(text.charAt(at + 1)) : -1;
        int low = at + 2 < end ? hex(text.charAt(at + 2)) : -1;
        if (high < 0 || low < 0) {
            throw PathReader.bad("The path has a '%' that two hexadecimal digits do not follow");
        }
        int octet = high << 4 | low;
        if (octet == '/') {
            throw PathReader.bad("The path has an encoded slash (%2F)");
        }
        if (octet == '\\') {
            throw PathReader.bad("The path has an encoded backslash (%5C)");
        }
        if (octet == 0) {
            throw PathReader.bad("The path has an encoded NUL character (%00)");
        }
        if (octet < ' ' || octet == 0x7F) {
            throw PathReader.bad("The path has an encoded control character");
        }
        return octet;
    }

    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private static boolean isUnreserved(int octet) {
        int lower = octet | 0x20;
        return (lower >= 'a' && lower <= 'z')
                || (octet >= '0' && octet <= '9')
                || octet == '-'
                || octet == '.'
                || octet == '_'
                || octet == '~';
    }
}
