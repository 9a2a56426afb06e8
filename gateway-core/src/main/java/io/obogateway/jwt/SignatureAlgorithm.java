package io.obogateway.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The public-key signature algorithms of JOSE (RFC 7518, 3.1; RFC 8037, 3.1). There is no other way to sign a token. */
enum SignatureAlgorithm {
    RS256("SHA256withRSA", RSAPublicKey.class, 0, null),
    RS384("SHA384withRSA", RSAPublicKey.class, 0, null),
    RS512("SHA512withRSA", RSAPublicKey.class, 0, null),
    PS256("RSASSA-PSS", RSAPublicKey.class, 0, pss("SHA-256", MGF1ParameterSpec.SHA256, 32)),
    PS384("RSASSA-PSS", RSAPublicKey.class, 0, pss("SHA-384", MGF1ParameterSpec.SHA384, 48)),
    PS512("RSASSA-PSS", RSAPublicKey.class, 0, pss("SHA-512", MGF1ParameterSpec.SHA512, 64)),
    ES256("SHA256withECDSAinP1363Format", ECPublicKey.class, 256, null),
    ES384("SHA384withECDSAinP1363Format", ECPublicKey.class, 384, null),
    ES512("SHA512withECDSAinP1363Format", ECPublicKey.class, 521, null),
    EDDSA("Ed25519", EdECPublicKey.class, 0, null);

    private static final Map<String, SignatureAlgorithm> BY_NAME = new HashMap<>();

    static {
        for (SignatureAlgorithm algorithm : values()) {
            BY_NAME.put(algorithm == EDDSA ? "EdDSA" : algorithm.name(), algorithm);
        }
    }

    private final String jcaName;
    private final Class<? extends PublicKey> keyType;
    private final int curveBits;

    @SuppressWarnings("ImmutableEnumChecker") // the only kind there is, PSSParameterSpec, is immutable
    private final @Nullable AlgorithmParameterSpec parameters;

    SignatureAlgorithm(
            String jcaName,
            Class<? extends PublicKey> keyType,
            int curveBits,
            @Nullable AlgorithmParameterSpec parameters) {
        this.jcaName = jcaName;
        this.keyType = keyType;
        this.curveBits = curveBits;
        this.parameters = parameters;
    }

    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int saltBytes) {
        return new PSSParameterSpec(hash, "MGF1", mask, saltBytes, PSSParameterSpec.TRAILER_FIELD_BC);
    }

    /** The algorithm that {@code alg} names, case-sensitively; null for {@code none}, HMAC and whatever else there is. */
    static @Nullable SignatureAlgorithm named(@Nullable Object alg) {
        return alg instanceof String name ? BY_NAME.get(name) : null;
    }

    /** Its name as the value of {@code alg}. */
    String joseName() {
        return this == EDDSA ? "EdDSA" : name();
    }

    /** Whether keys of this kind, and on this curve, make such signatures (RFC 8725, 3.1). */
    boolean fits(PublicKey key) {
        return keyType.isInstance(key)
                && (!(key instanceof ECPublicKey ec)
                        || ec.getParams().getOrder().bitLength() == curveBits);
    }

    /** Whether {@code signature} is one over the first {@code length} bytes of {@code input}. */
    boolean verifies(PublicKey key, byte[] input, int length, byte[] signature) {
        if (key instanceof ECPublicKey ec && !inRange(ec, signature)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(jcaName);
            if (parameters != null) {
                verifier.setParameter(parameters);
            }
            verifier.initVerify(key);
            verifier.update(input, 0, length);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // of another length or form than the key makes
        } catch (NoSuchAlgorithmException | InvalidKeyException | InvalidAlgorithmParameterException e) {
            throw unusable(e);
        }
    }

    /** Both halves are numbers from 1 to the curve's order; a zero would be valid for any message. */
    private static boolean inRange(ECPublicKey key, byte[] signature) {
        BigInteger order = key.getParams().getOrder();
        int half = (order.bitLength() + 7) / 8;
        return signature.length == 2 * half
                && inRange(new BigInteger(1, signature, 0, half), order)
                && inRange(new BigInteger(1, signature, half, half), order);
    }

    private static boolean inRange(BigInteger number, BigInteger order) {
        return number.signum() > 0 && number.compareTo(order) < 0;
    }

    private IllegalStateException unusable(GeneralSecurityException e) {
        return new IllegalStateException("this JVM cannot verify " + joseName(), e);
    }
}
