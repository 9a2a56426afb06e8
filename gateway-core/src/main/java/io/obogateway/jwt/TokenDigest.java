package io.obogateway.jwt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 digest of a token: what the caches know a token by, so that no cache holds a raw token as a key. Four
 * longs, because a record of longs compares and hashes without touching an array.
 */
public record TokenDigest(long a, long b, long c, long d) {
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(() -> {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    });

    /** The digest of a text's ISO-8859-1 bytes; callers pass ASCII. */
    public static TokenDigest of(String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static TokenDigest of(byte[] bytes) {
        ByteBuffer digest = ByteBuffer.wrap(SHA_256.get().digest(bytes)).order(ByteOrder.BIG_ENDIAN);
        return new TokenDigest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** The digest is uniform, so any 32 bits of it are a good hash. */
    @Override
    public int hashCode() {
        return (int) a;
    }
}
