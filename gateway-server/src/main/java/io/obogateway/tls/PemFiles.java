package io.obogateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of PEM text (RFC 7468) as they were at one moment. Whatever cannot be used is an {@link IOException} whose message
 * names the file, and says nothing of its content.
 */
final class PemFiles {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private final Map<Path, byte[]> contents;

    private PemFiles(Map<Path, byte[]> contents) {
        this.contents = contents;
    }

    /** Reads them all. Blocks. */
    static PemFiles read(List<Path> files) throws IOException {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        for (Path file : files) {
            contents.put(file, read(file));
        }
        return new PemFiles(contents);
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("the file " + file + " is too large for certificates");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }

    /** Tells these contents from others without holding them. */
    byte[] digest() {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            for (byte[] content : contents.values()) {
                all.update(MessageDigest.getInstance("SHA-256").digest(content));
            }
            return all.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private byte[] content(Path file) {
        byte[] content = contents.get(file);
        if (content == null) {
            throw new IllegalArgumentException(file + " was not read");
        }
        return content;
    }

    /** At least one. */
    List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(content(file)))) {
                found.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new IOException("the file " + file + " holds something that is no PEM certificate", e);
        }
        if (found.isEmpty()) {
            throw new IOException("the file " + file + " holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    /** An unencrypted key in PKCS #8 (RFC 5208): RSA, EC or EdDSA. */
    PrivateKey privateKey(Path file) throws IOException {
        String text = new String(content(file), StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("the file " + file + " holds no unencrypted PKCS #8 key (" + BEGIN
                    + "); openssl pkcs8 -topk8 -nodes makes one of other forms");
        }
        try {
            return privateKey(Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the key in the file " + file + " is damaged, or neither RSA nor EC nor EdDSA", e);
        }
    }

    /** The encoding says of which algorithm it is, but only to a factory of that algorithm. */
    private static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        InvalidKeySpecException last = new InvalidKeySpecException();
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw last;
    }
}
