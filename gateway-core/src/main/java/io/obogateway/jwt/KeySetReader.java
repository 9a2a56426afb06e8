package io.obogateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.obogateway.http.Json;
import io.obogateway.http.Json.InvalidJsonException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a key set document (RFC 7517, 5), keeps the keys that may verify signatures and says why others may not. */
final class KeySetReader {
    private static final Logger log = LoggerFactory.getLogger(KeySetReader.class);

    private static final int MAX_KEYS = 1000;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_RSA_EXPONENT_BITS = 64;
    private static final int MAX_NAMED = 128;

    /** Certificates and other members are nothing to us; reading them could only fail. */
    private static final List<String> MEMBERS =
            List.of("kty", "kid", "use", "key_ops", "alg", "n", "e", "crv", "x", "y");

    private static final Set<String> CURVES = Set.of("P-256", "P-384", "P-521");

    /** What precedes the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410, 4). */
    private static final byte[] ED25519_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0};

    private final String issuerName;

    /**
     * @param issuerName for the log
     */
    KeySetReader(String issuerName) {
        this.issuerName = issuerName;
    }

    /**
     * @param previous keys that are still the same are taken over from it
     * @throws KeyLoadException when there is no usable key
     */
    KeySet read(String document, @Nullable KeySet previous) throws KeyLoadException {
        List<PublishedKey> keys = new ArrayList<>();
        Set<String> unusable = new HashSet<>();
        List<?> elements = elements(document);
        if (elements.size() > MAX_KEYS) {
            log.warn("issuer {}: {} keys published, only the first {} are used", issuerName, elements.size(), MAX_KEYS);
            elements = elements.subList(0, MAX_KEYS);
        }
        for (Object element : elements) {
            Map<?, ?> members = element instanceof Map<?, ?> map ? map : Map.of();
            if ("enc".equals(members.get("use"))) {
                unusable(members, unusable); // published for others, who encrypt: nothing to warn of
                continue;
            }
            try {
                keys.add(same(key(members), previous));
            } catch (UnfitException e) {
                warn(members, e.getMessage());
                unusable(members, unusable);
            }
        }
        if (keys.isEmpty()) {
            throw new KeyLoadException("the key set holds no key that can verify a signature");
        }
        return new KeySet(keys, unusable);
    }

    private static List<?> elements(String document) throws KeyLoadException {
        try {
            if (Json.object(document).get("keys") instanceof List<?> elements) {
                return elements;
            }
        } catch (InvalidJsonException e) {
            throw new KeyLoadException("the key set is " + e.getMessage());
        }
        throw new KeyLoadException("the key set has no array \"keys\"");
    }

    private void warn(Map<?, ?> members, @Nullable String reason) {
        String kid = members.get("kid") instanceof String id && id.length() <= MAX_NAMED ? id : "?";
        log.warn("issuer {}: published key {} is skipped: {}", issuerName, kid, reason);
    }

    private static void unusable(Map<?, ?> members, Set<String> ids) {
        if (members.get("kid") instanceof String kid) {
            ids.add(kid);
        }
    }

    private static PublishedKey same(PublishedKey key, @Nullable KeySet previous) {
        int at = previous == null ? -1 : previous.keys().indexOf(key);
        return previous == null || at < 0 ? key : previous.keys().get(at);
    }

    private static PublishedKey key(Map<?, ?> members) throws UnfitException {
        if (members.containsKey("d") || members.containsKey("k")) {
            throw new UnfitException("it is symmetric, or its private part is public");
        }
        Object use = members.get("use");
        if (use != null && !use.equals("sig")) {
            throw new UnfitException("its use is not sig");
        }
        if (members.get("key_ops") instanceof List<?> operations && !operations.contains("verify")) {
            throw new UnfitException("its key_ops do not include verify");
        }
        Object alg = members.get("alg");
        SignatureAlgorithm algorithm = SignatureAlgorithm.named(alg);
        PublicKey key = publicKey(members);
        if (alg != null && (algorithm == null || !algorithm.fits(key))) {
            throw new UnfitException("its alg is no signature algorithm for such a key");
        }
        IssuerPattern issuer = members.get("issuer") instanceof String text ? IssuerPattern.of(text) : null;
        return new PublishedKey(members.get("kid") instanceof String kid ? kid : null, key, algorithm, issuer);
    }

    private static PublicKey publicKey(Map<?, ?> members) throws UnfitException {
        Map<String, @Nullable Object> needed = new HashMap<>();
        for (String name : MEMBERS) {
            if (members.get(name) != null) {
                needed.put(name, members.get(name));
            }
        }
        try {
            JWK jwk = JWK.parse(needed);
            if (jwk instanceof RSAKey rsa) {
                return strong(rsa.toRSAPublicKey());
            } else if (jwk instanceof ECKey ec && CURVES.contains(ec.getCurve().getName())) {
                return ec.toECPublicKey();
            } else if (jwk instanceof OctetKeyPair pair
                    && "Ed25519".equals(pair.getCurve().getName())) {
                return ed25519(pair.getX().decode());
            }
        } catch (ParseException | JOSEException | GeneralSecurityException | IllegalArgumentException e) {
            throw new UnfitException("it is malformed");
        }
        throw new UnfitException("its type or curve is not supported");
    }

    /** RFC 7518, 3.3; upper bounds because the cost of a check grows with them. */
    private static RSAPublicKey strong(RSAPublicKey key) throws UnfitException {
        int bits = key.getModulus().bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new UnfitException(
                    "an RSA key must have " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " bits, this one has " + bits);
        }
        int exponentBits = key.getPublicExponent().bitLength();
        if (exponentBits < 2
                || exponentBits > MAX_RSA_EXPONENT_BITS
                || !key.getPublicExponent().testBit(0)) {
            throw new UnfitException("its exponent is out of range");
        }
        return key;
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
        byte[] encoded = new byte[ED25519_PREFIX.length + point.length];
        System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
        System.arraycopy(point, 0, encoded, ED25519_PREFIX.length, point.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** A key that is published but must not verify anything; the message says why. */
    private static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitException(String reason) {
            super(reason);
        }
    }
}
