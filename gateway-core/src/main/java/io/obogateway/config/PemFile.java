package io.obogateway.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of certificates or a key (PEM, RFC 7468) that a key names, looked into while the configuration is checked. What is
 * wrong with it is reported without a word of its content.
 */
final class PemFile {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final List<String> KINDS_OF_KEY = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private final Path path;
    private final Key key;
    private final String text;

    private PemFile(Path path, Key key, String text) {
        this.path = path;
        this.key = key;
        this.text = text;
    }

    /** Null: the key names none, or a problem was reported. */
    static @Nullable PemFile of(Key key) {
        Path path = FilePath.of(key);
        if (path == null) {
            return null;
        }
        if (!Files.isRegularFile(path)) {
            key.problem("there is no file " + path);
            return null;
        }
        try {
            if (Files.size(path) > MAX_BYTES) {
                key.problem("the file " + path + " is larger than " + MAX_BYTES + " bytes");
                return null;
            }
            return new PemFile(path, key, Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            key.problem("the file " + path + " cannot be read: " + e.getClass().getSimpleName());
            return null;
        }
    }

    /** A file of certificates, one at least; null: the key names none, or a problem was reported. */
    static @Nullable Path ofCertificates(Key key) {
        PemFile file = of(key);
        return file == null || file.certificates().isEmpty() ? null : file.path;
    }

    Path path() {
        return path;
    }

    /** In the order of the file; empty after a problem. */
    List<Certificate> certificates() {
        if (!text.contains(CERTIFICATE)) {
            problem("holds no certificates; they must be PEM (" + CERTIFICATE + ")");
            return List.of();
        }
        try {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return List.copyOf(
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)));
        } catch (CertificateException e) {
            problem("holds something that is no certificate; there must be nothing but certificates in it, as PEM");
            return List.of();
        }
    }

    /** Null after a problem. */
    @Nullable
    PrivateKey privateKey() {
        int begin = text.indexOf(KEY);
        int end = text.indexOf(KEY_END);
        if (begin >= 0 && end > begin) {
            PrivateKey read = parsed(text.substring(begin + KEY.length(), end));
            if (read == null) {
                problem("holds a key that cannot be used; it must be RSA, EC or EdDSA, in PKCS #8 (" + KEY + ")");
            }
            return read;
        }
        if (text.contains("PRIVATE KEY-----")) {
            problem("holds a key that is encrypted or not in PKCS #8; let openssl pkcs8 -topk8 -nodes make it " + KEY);
        } else {
            problem("holds no key; it must be PEM, unencrypted, in PKCS #8 (" + KEY + ")");
        }
        return null;
    }

    private static @Nullable PrivateKey parsed(String base64) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
        for (String kind : KINDS_OF_KEY) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // of another kind, perhaps
            }
        }
        return null;
    }

    private void problem(String what) {
        key.problem("the file " + path + " " + what);
    }
}
