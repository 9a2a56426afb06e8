package io.obogateway.config;

import io.obogateway.pem.Pem;
import io.obogateway.pem.PemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of certificates or a key (PEM, RFC 7468) that a key names, looked into while the configuration is checked. What is
 * wrong with it is reported without a word of its content.
 */
final class PemFile {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

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
    List<X509Certificate> certificates() {
        try {
            return Pem.certificates(text);
        } catch (PemException e) {
            problem(e);
            return List.of();
        }
    }

    /** Null after a problem. */
    @Nullable
    PrivateKey privateKey() {
        try {
            return Pem.privateKey(text);
        } catch (PemException e) {
            problem(e);
            return null;
        }
    }

    private void problem(PemException e) {
        key.problem("the file " + path + " " + e.getMessage());
    }
}
