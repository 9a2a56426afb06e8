package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether lines of a header section are {@code field-name ":" OWS field-value OWS} (RFC 9112, 5; RFC 9110, 5.1 and 5.5), as
 * bytes: a credential of a kilobyte is looked at eight bytes at a time. Pure.
 */
final class FieldLines {
    /** For fields whose names and values were checked where they came in: they are not checked again wherever they are set. */
    static final DefaultHttpHeadersFactory CHECKED_HERE =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = c <= '9' || c >= 'a' || c >= 'A' && c <= 'Z';
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private static final long SPACES = 0x2020202020202020L;
    private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private FieldLines() {}

    /**
     * What is wrong with a line; null if nothing. Borrows the buffer.
     *
     * @param end without CR LF
     */
    static @Nullable String violation(ByteBuf in, int begin, int end) {
        int at = begin;
        while (at < end && isTokenChar(in.getByte(at))) {
            at++;
        }
        if (at == begin || at == end || in.getByte(at) != ':') {
            return "a header field does not begin with a name and a colon";
        }
        return isValue(in, at + 1, end) ? null : "a header field's value has a character that it may not have";
    }

    /** RFC 9110, 5.6.2. */
    static boolean isTokenChar(byte c) {
        return c >= 0 && TOKEN[c];
    }

    private static boolean isValue(ByteBuf in, int begin, int end) {
        int at = begin;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            if (mayHaveControl(in.getLong(at)) && hasControl(in, at, at + Long.BYTES)) {
                return false;
            }
        }
        return !hasControl(in, at, end);
    }

    /** Whether one of eight bytes is a control character, a tab among them: one that is below a space or the last of ASCII. */
    private static boolean mayHaveControl(long eight) {
        long distances = eight ^ DELETES;
        long control = (eight - SPACES) & ~eight;
        long delete = (distances - LOWEST_BITS) & ~distances;
        return ((control | delete) & HIGHEST_BITS) != 0;
    }

    private static boolean hasControl(ByteBuf in, int begin, int end) {
        for (int at = begin; at < end; at++) {
            byte c = in.getByte(at); // bytes are signed: beyond ASCII is negative
            if (c >= 0 && c < ' ' && c != '\t' || c == 0x7f) {
                return true;
            }
        }
        return false;
    }
}
