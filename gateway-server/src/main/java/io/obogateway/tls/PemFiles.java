package io.obogateway.tls;

import io.obogateway.pem.Pem;
import io.obogateway.pem.PemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of PEM text (RFC 7468) as they were at one moment. Whatever cannot be used is an {@link IOException} whose message
 * names the file, and says nothing of its content.
 */
final class PemFiles {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

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

    /** At least one. */
    List<X509Certificate> certificates(Path file) throws IOException {
        try {
            return Pem.certificates(text(file));
        } catch (PemException e) {
            throw unusable(file, e);
        }
    }

    /** An unencrypted key in PKCS #8 (RFC 5208): RSA, EC or EdDSA. */
    PrivateKey privateKey(Path file) throws IOException {
        try {
            return Pem.privateKey(text(file));
        } catch (PemException e) {
            throw unusable(file, e);
        }
    }

    private String text(Path file) {
        byte[] content = contents.get(file);
        if (content == null) {
            throw new IllegalArgumentException(file + " was not read");
        }
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    private static IOException unusable(Path file, PemException cause) {
        return new IOException("the file " + file + " " + cause.getMessage(), cause);
    }
}
