package io.obogateway.route;

import java.time.Duration;

/**
 * How many requests of one caller a route takes; more get 429.
 *
 * @param requests at least 1, at most {@link #MAX_REQUESTS} and one a nanosecond
 * @param per the time in which they may come; at most {@link #MAX_PER}
 * @param key who is one caller
 */
public record RateLimit(long requests, Duration per, Key key) {
    /** What the fields that tell of it can say (RFC 9651, 3.3.1). */
    public static final long MAX_REQUESTS = 999_999_999_999_999L;

    public static final Duration MAX_PER = Duration.ofDays(366);

    /** Who is one caller. */
    public enum Key {
        /** The user or application that the inbound token speaks for. */
        EMPLOYEE,
        /** The application that sent the request ({@code azp}). */
        CLIENT,
        /** The address it came from. */
        ADDRESS
    }

    public RateLimit {
        if (requests < 1 || requests > MAX_REQUESTS || per.compareTo(MAX_PER) > 0 || per.toNanos() < requests) {
            throw new IllegalArgumentException("no rate: " + requests + " in " + per);
        }
    }

    /** {@link #per} in seconds, rounded up. */
    public long perSeconds() {
        return per.plusNanos(999_999_999).toSeconds();
    }
}
