package io.obogateway.route;

import java.time.Duration;

/**
 * How many requests of one caller a route takes; more get 429.
 *
 * @param requests at least 1
 * @param per the time in which they may come
 * @param key who is one caller
 */
public record RateLimit(long requests, Duration per, Key key) {
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
        if (requests < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException(requests + " requests in " + per + " are no rate");
        }
    }

    /** {@link #per} in seconds, rounded up. */
    public long perSeconds() {
        return per.plusNanos(999_999_999).toSeconds();
    }
}
