package io.obogateway.config;

import io.obogateway.oauth.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A secret in a file of its own, as platforms mount them. */
final class SecretFile {
    private static final int MAX_BYTES = 64 * 1024;

    private SecretFile() {}

    /** The file's content without the line break at its end; a relative path starts at the file that names it. */
    static @Nullable Secret read(Key key) {
        String name = key.text();
        if (name == null) {
            return null;
        }
        Path file = Path.of(key.place().file()).resolveSibling(name);
        if (!Files.isRegularFile(file)) {
            key.problem("there is no file " + file);
            return null;
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                key.problem("the file " + file + " is larger than a secret can be (" + MAX_BYTES + " bytes)");
                return null;
            }
            String content = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (content.isEmpty()) {
                key.problem("the file " + file + " is empty; it must hold the secret");
                return null;
            }
            return new Secret(content);
        } catch (IOException e) {
            key.problem("the file " + file + " cannot be read: " + e.getClass().getSimpleName());
            return null;
        }
    }
}
