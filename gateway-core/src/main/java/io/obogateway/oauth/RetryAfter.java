package io.obogateway.oauth;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The {@code Retry-After} field (RFC 9110, 10.2.3): seconds or a date; what is neither counts as missing. */
final class RetryAfter {
    /** When a provider says "later" without saying when. */
    static final Duration DEFAULT = Duration.ofSeconds(5);

    /** However long a provider asks to wait. */
    static final Duration MAX = Duration.ofHours(1);

    private static final Duration MIN = Duration.ofSeconds(1);

    private RetryAfter() {}

    /** How long to wait, between one second and {@link #MAX}. */
    static Duration of(@Nullable String field, Instant now) {
        if (field == null || field.isBlank()) {
            return DEFAULT;
        }
        String value = field.strip();
        Duration wait = Character.isDigit(value.charAt(0)) ? seconds(value) : untilDate(value, now);
        return wait.compareTo(MIN) < 0 ? MIN : wait.compareTo(MAX) > 0 ? MAX : wait;
    }

    private static Duration seconds(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return DEFAULT;
            }
        }
        return value.length() > 9 ? MAX : Duration.ofSeconds(Long.parseLong(value));
    }

    private static Duration untilDate(String value, Instant now) {
        try {
            return Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
        } catch (DateTimeException e) {
            return DEFAULT;
        }
    }
}
