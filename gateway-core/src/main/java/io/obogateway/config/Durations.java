package io.obogateway.config;

import java.time.Duration;

/** Durations as a configuration writes them: {@code 250ms}, {@code 30s}, {@code 5m}. */
final class Durations {
    private Durations() {}

    /** In the largest unit that leaves no rest. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
