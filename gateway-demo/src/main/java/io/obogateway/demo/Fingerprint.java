package io.obogateway.demo;

import io.obogateway.jwt.TokenDigest;

/** What people tell tokens apart by without seeing them: the first 48 bits of the SHA-256 digest. */
final class Fingerprint {
    private static final int DIGITS = 12;

    private Fingerprint() {}

    static String of(String token) {
        return String.format("%016x", TokenDigest.of(token).a()).substring(0, DIGITS);
    }
}
