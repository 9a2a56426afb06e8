package io.obogateway.config;

import io.obogateway.route.HealthCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads how an upstream is asked whether it works. */
final class HealthReader {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private HealthReader() {}

    /**
     * Null: it is not asked, or a problem was reported.
     *
     * @param whole whether this is of a route; {@code route-defaults} need not be complete
     */
    static @Nullable HealthCheck read(Section upstream, boolean whole) {
        Section health = upstream.optional("health");
        if (health == null) {
            return null;
        }
        Key pathKey = health.key("path");
        if (whole && upstream.says("health")) {
            pathKey.missing("has no value; say what is asked for, such as \"/health\"");
        }
        String path = path(pathKey);
        Duration interval = health.key("interval").duration(SHORTEST, SettingsReader.DAY, INTERVAL);
        Key timeoutKey = health.key("timeout");
        Duration byDefault = interval.compareTo(TIMEOUT) < 0 ? interval : TIMEOUT;
        Duration timeout = timeoutKey.duration(SettingsReader.MILLISECOND, SettingsReader.DAY, byDefault);
        if (timeout.compareTo(interval) > 0) {
            timeoutKey.problem("must not be longer than interval, which is " + Durations.text(interval) + "; it is "
                    + Durations.text(timeout));
        }
        health.refuseUnknown();
        return path == null ? null : new HealthCheck(path, interval, timeout);
    }

    private static @Nullable String path(Key key) {
        String text = key.text();
        if (text == null || isOriginForm(text)) {
            return text;
        }
        key.problem("must be a path that begins with a slash, such as \"/health\", not " + key.shown());
        return null;
    }

    /** RFC 9112, 3.2.1. */
    private static boolean isOriginForm(String text) {
        try {
            URI read = new URI("http://host" + text);
            return text.startsWith("/")
                    && read.getRawFragment() == null
                    && text.chars().allMatch(c -> c < 0x7f);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
