package io.obogateway.observe;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One log line under construction, as UTF-8 in a reused array that grows. Made for the hot path: nothing here allocates
 * but the growing, and a new second's time text. Used by one thread at a time.
 */
final class LineBuffer {
    private static final int MILLIS_PER_SECOND = 1000;
    private static final int LONGEST_ESCAPE = 6;
    private static final int LONGEST_NUMBER = 20;
    private static final byte[] HEX = ascii("0123456789abcdef");
    /** Stands for what is no character: half a surrogate pair. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final boolean[] PLAIN = new boolean[0x80];

    static {
        for (int c = ' '; c < 0x7f; c++) {
            PLAIN[c] = c != '"' && c != '\\';
        }
    }

    private byte[] bytes;
    private int length;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = {};

    LineBuffer(int initialCapacity) {
        bytes = new byte[initialCapacity];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The array that holds the line; valid until the next append. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    LineBuffer clear() {
        length = 0;
        return this;
    }

    LineBuffer raw(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    LineBuffer raw(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /**
     * Appends the text as the inside of a JSON string (RFC 8259, 7). Everything that could end a line, move a terminal's
     * cursor or is no character is escaped or replaced, so it is fit for plain lines as well.
     *
     * @param max characters; more are cut and an ellipsis says so
     */
    LineBuffer text(String text, int max) {
        int end = Math.min(text.length(), max);
        ensure((end + 1) * LONGEST_ESCAPE);
        byte[] to = bytes;
        int at = length;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < 0x80 && PLAIN[c]) {
                to[at++] = (byte) c;
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                at = supplementary(to, at, Character.toCodePoint(c, text.charAt(++i)));
            } else {
                at = unusual(to, at, Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        length = end < text.length() ? unusual(to, at, '…') : at;
        return this;
    }

    private static int unusual(byte[] to, int start, char c) {
        int at = start;
        if (c == '"' || c == '\\') {
            to[at++] = '\\';
            to[at++] = (byte) c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            to[at++] = '\\';
            to[at++] = (byte) (c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
            to[at++] = '\\';
            to[at++] = 'u';
            to[at++] = HEX[c >> 12];
            to[at++] = HEX[c >> 8 & 0xf];
            to[at++] = HEX[c >> 4 & 0xf];
            to[at++] = HEX[c & 0xf];
        } else if (c < 0x800) {
            to[at++] = (byte) (0xc0 | (c >> 6));
            to[at++] = (byte) (0x80 | (c & 0x3f));
        } else {
            to[at++] = (byte) (0xe0 | (c >> 12));
            to[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
            to[at++] = (byte) (0x80 | (c & 0x3f));
        }
        return at;
    }

    private static int supplementary(byte[] to, int start, int codePoint) {
        int at = start;
        to[at++] = (byte) (0xf0 | (codePoint >> 18));
        to[at++] = (byte) (0x80 | (codePoint >> 12 & 0x3f));
        to[at++] = (byte) (0x80 | (codePoint >> 6 & 0x3f));
        to[at++] = (byte) (0x80 | (codePoint & 0x3f));
        return at;
    }

    /**
     * @param number not negative
     */
    LineBuffer number(long number) {
        ensure(LONGEST_NUMBER);
        int at = length + digits(number);
        length = at;
        long rest = number;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        return this;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Appends nanoseconds as milliseconds, always with three decimals so that every reader takes it for a fraction. */
    LineBuffer millis(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        return number(micros / 1000).raw('.').threeDigits((int) (micros % 1000));
    }

    /** Appends an instant in ISO 8601, UTC, with milliseconds: {@code 2026-11-21T10:15:30.123Z}. */
    LineBuffer time(long epochMillis) {
        long now = Math.floorDiv(epochMillis, MILLIS_PER_SECOND);
        if (now != second) {
            second = now;
            secondText = ascii(Instant.ofEpochSecond(now).toString().replace('Z', '.'));
        }
        return raw(secondText)
                .threeDigits(Math.floorMod(epochMillis, MILLIS_PER_SECOND))
                .raw('Z');
    }

    private LineBuffer threeDigits(int number) {
        ensure(3);
        bytes[length++] = (byte) ('0' + number / 100);
        bytes[length++] = (byte) ('0' + number / 10 % 10);
        bytes[length++] = (byte) ('0' + number % 10);
        return this;
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            byte[] longer = new byte[Math.max(bytes.length * 2, length + more)];
            System.arraycopy(bytes, 0, longer, 0, length);
            bytes = longer;
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
