package io.obogateway.pem;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads PEM text (RFC 7468): certificates, and keys in unencrypted PKCS #8 (RFC 5208), which are RSA, EC or EdDSA. Lines
 * of other text around them are passed over. Pure.
 */
public final class Pem {
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final byte[] PROBE = "do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    private Pem() {}

    /**
     * All certificates, in the order of the text.
     *
     * @return at least one
     * @throws PemException when there is none, or something that is none
     */
    public static List<X509Certificate> certificates(String text) throws PemException {
        if (!text.contains(CERTIFICATE)) {
            throw new PemException("holds no certificates; they must be PEM (" + CERTIFICATE + ")");
        }
        List<X509Certificate> found = new ArrayList<>();
        try {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                found.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new PemException(
                    "holds something that is no certificate; there must be nothing but certificates in it, as PEM");
        }
        return found;
    }

    /**
     * The first key.
     *
     * @throws PemException when there is none, or none that can be used
     */
    public static PrivateKey privateKey(String text) throws PemException {
        int begin = text.indexOf(KEY);
        int end = text.indexOf(KEY_END);
        if (begin >= 0 && end > begin) {
            return decoded(text.substring(begin + KEY.length(), end));
        }
        if (text.contains("PRIVATE KEY-----")) {
            throw new PemException(
                    "holds a key that is encrypted or not in PKCS #8; let openssl pkcs8 -topk8 -nodes make it " + KEY);
        }
        throw new PemException("holds no key; it must be PEM, unencrypted, in PKCS #8 (" + KEY + ")");
    }

    /** The encoding says of which algorithm it is, but only to a factory of that algorithm. */
    private static PrivateKey decoded(String base64) throws PemException {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw unusable();
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // of another algorithm, perhaps
            }
        }
        throw unusable();
    }

    private static PemException unusable() {
        return new PemException(
                "holds a key that cannot be used; it must be RSA, EC or EdDSA, in PKCS #8 (" + KEY + ")");
    }

    /** Whether a key is the one that a certificate certifies: it is tried. */
    public static boolean belongs(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another algorithm
        }
    }
}
