package io.obogateway.config;

import io.obogateway.oauth.SecretFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that the configuration names; a relative path starts at the file that names it. */
final class FilePath {
    private FilePath() {}

    /** Null: no value, or not that. Whether there is such a file is not looked at. */
    static @Nullable Path of(Key key) {
        String name = key.text();
        if (name == null) {
            return null;
        }
        try {
            return Path.of(key.place().file()).resolveSibling(name);
        } catch (InvalidPathException e) {
            key.problem("is no path: " + e.getReason());
            return null;
        }
    }

    /** A file that holds something to be kept; null after reporting that it cannot be read. */
    static @Nullable SecretFile secret(Key key) {
        Path path = of(key);
        if (path == null) {
            return null;
        }
        SecretFile file = new SecretFile(path);
        try {
            file.read();
            return file;
        } catch (IllegalArgumentException e) {
            key.problem(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
