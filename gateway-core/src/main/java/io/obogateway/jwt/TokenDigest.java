package io.obogateway.jwt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 digest of a token: what the caches know a token by, so that no cache holds a raw token as a key. Four
 * longs, because a record of longs compares and hashes without touching an array.
 */
public record TokenDigest(long a, long b, long c, long d) {
    private static final ThreadLocal<Sha256> SHA_256 = ThreadLocal.withInitial(Sha256::new);

    /** The digest of a text's ISO-8859-1 bytes; callers pass ASCII. */
    public static TokenDigest of(String text) {
        return of(text, 0, text.length());
    }

    /** As {@link #of(String)}, of a part of the text. */
    static TokenDigest of(String text, int begin, int end) {
        return SHA_256.get().of(text, begin, end);
    }

    public static TokenDigest of(byte[] bytes) {
        return SHA_256.get().of(bytes);
    }

    /** The digest is uniform, so any 32 bits of it are a good hash. */
    @Override
    public int hashCode() {
        return (int) a;
    }

    /** One thread's means to make digests, used again and again. */
    private static final class Sha256 {
        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private final MessageDigest digest;
        private final byte[] result = new byte[32];

        Sha256() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }

        /** One bulk copy of the whole text is cheaper than looking at its characters one by one. */
        TokenDigest of(String text, int begin, int end) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length != text.length()) { // with characters that are two: no token that was ever verified
                return of(text.substring(begin, end).getBytes(StandardCharsets.UTF_8));
            }
            digest.update(bytes, begin, end - begin);
            return finish();
        }

        TokenDigest of(byte[] bytes) {
            digest.update(bytes);
            return finish();
        }

        private TokenDigest finish() {
            try {
                digest.digest(result, 0, result.length);
            } catch (DigestException e) {
                throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
            }
            return new TokenDigest(
                    (long) LONG.get(result, 0), (long) LONG.get(result, 8), (long) LONG.get(result, 16), (long)
                            LONG.get(result, 24));
        }
    }
}
