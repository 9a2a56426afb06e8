package io.obogateway.proxy;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request belongs to (W3C Trace Context, level 1): the client's where its {@code traceparent} is valid,
 * else a new one.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param traceparent the field value to send on
 */
record TraceContext(String traceId, String traceparent) {
    private static final int LENGTH = 55;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    static TraceContext of(@Nullable String traceparent) {
        return traceparent != null && valid(traceparent)
                ? new TraceContext(traceparent.substring(3, 35), traceparent)
                : begin();
    }

    private static TraceContext begin() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        char[] text = new char[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        hex(text, 3, random.nextLong() | 1L);
        hex(text, 19, random.nextLong());
        text[35] = '-';
        hex(text, 36, random.nextLong() | 1L);
        text[52] = '-';
        text[53] = '0';
        text[54] = '0';
        String traceparent = new String(text);
        return new TraceContext(traceparent.substring(3, 35), traceparent);
    }

    private static void hex(char[] text, int at, long bits) {
        for (int i = 0; i < 16; i++) {
            text[at + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
        }
    }

    /** A later version may carry more; what we read of it is where version 00 has it (section 4.3 there). */
    private static boolean valid(String value) {
        int length = value.length();
        if (length < LENGTH || value.charAt(2) != '-' || value.charAt(35) != '-' || value.charAt(52) != '-') {
            return false;
        }
        boolean versionZero = value.charAt(0) == '0' && value.charAt(1) == '0';
        if (versionZero ? length != LENGTH : length > LENGTH && value.charAt(LENGTH) != '-') {
            return false;
        }
        return hexDigits(value, 0, 2)
                && !(value.charAt(0) == 'f' && value.charAt(1) == 'f')
                && hexDigits(value, 3, 35)
                && hexDigits(value, 36, 52)
                && hexDigits(value, 53, 55)
                && !zeros(value, 3, 35)
                && !zeros(value, 36, 52);
    }

    private static boolean hexDigits(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean zeros(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
