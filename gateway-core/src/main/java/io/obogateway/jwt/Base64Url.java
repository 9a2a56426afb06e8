package io.obogateway.jwt;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64url as JOSE wants it (RFC 7515, 2): no padding, no other characters, and only the one canonical text for given
 * bytes (RFC 4648, 3.5), since tokens that differ only in unused bits would be one token under many digests.
 */
final class Base64Url {
    private static final int[] DIGITS = digits();

    private Base64Url() {}

    /** The bytes that {@code ascii[from, to)} stands for; null when it is not canonical base64url. */
    static byte @Nullable [] decode(byte[] ascii, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return new byte[0];
        }
        int last = ascii[to - 1];
        int digit = last < 0 ? -1 : DIGITS[last];
        // the last of two digits has four unused bits, of three two; the decoder itself would not look at them
        boolean canonical = switch (length % 4) {
            case 0 -> digit >= 0;
            case 2 -> digit >= 0 && (digit & 0xf) == 0;
            case 3 -> digit >= 0 && (digit & 0x3) == 0;
            default -> false;
        };
        if (!canonical) {
            return null;
        }
        try {
            return Base64.getUrlDecoder().decode(Arrays.copyOfRange(ascii, from, to));
        } catch (IllegalArgumentException e) {
            return null; // a character outside the alphabet, or padding inside the text
        }
    }

    private static int[] digits() {
        int[] digits = new int[128];
        Arrays.fill(digits, -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) {
            digits[alphabet.charAt(i)] = i;
        }
        return digits;
    }
}
