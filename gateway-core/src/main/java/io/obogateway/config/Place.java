package io.obogateway.config;

import com.typesafe.config.ConfigOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A line in a configuration file.
 *
 * @param file as it was named
 * @param line from 1; 0: the file as a whole
 */
public record Place(String file, int line) {
    static final String REFERENCE = "reference.conf";

    /** Where a value was written; null when it was in no file, as an environment variable is. */
    static @Nullable Place of(ConfigOrigin origin) {
        String file = origin.filename();
        if (file == null) {
            file = origin.description().startsWith(REFERENCE) ? REFERENCE : null;
        }
        return file == null || origin.lineNumber() < 1 ? null : new Place(file, origin.lineNumber());
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
