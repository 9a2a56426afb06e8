package io.obogateway.oauth;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a provider may be called at all: not while it has asked for peace ({@code Retry-After}), and after too many
 * failures in a row not for a while, then with a single call that decides. One per provider; safe for all threads.
 */
final class ProviderGate {
    private static final Duration WHILE_TRYING = Duration.ofSeconds(1);

    private final int maxFailures;
    private final long openMillis;
    private final Clock clock;
    private long quietUntil;
    private long openUntil;
    private int failures;
    private boolean trying;

    ProviderGate(ProviderLimits limits, Clock clock) {
        this.maxFailures = limits.breakerFailures() == 0 ? Integer.MAX_VALUE : limits.breakerFailures();
        this.openMillis = limits.breakerOpenFor().toMillis();
        this.clock = clock;
    }

    /**
     * Asks for one call.
     *
     * @return null: go ahead and tell how it went; else how long to stay away
     */
    synchronized @Nullable Duration admit() {
        Duration closed = closed();
        if (closed == null && failures >= maxFailures) {
            trying = true;
        }
        return closed;
    }

    /** What {@link #admit} would say, without being admitted. */
    synchronized @Nullable Duration closed() {
        long now = clock.millis();
        if (now < quietUntil) {
            return Duration.ofMillis(quietUntil - now);
        }
        if (failures < maxFailures) {
            return null;
        }
        if (now < openUntil) {
            return Duration.ofMillis(openUntil - now);
        }
        return trying ? WHILE_TRYING : null;
    }

    /** The provider answered, be it with an error. */
    synchronized void answered() {
        failures = 0;
        trying = false;
    }

    /** The provider did not answer, or not sensibly. */
    synchronized void failed() {
        trying = false;
        if (failures < maxFailures && ++failures < maxFailures) {
            return;
        }
        openUntil = clock.millis() + openMillis;
    }

    /** The provider asked for no call within this time. */
    synchronized void quiet(Duration wait) {
        trying = false;
        quietUntil = Math.max(quietUntil, clock.millis() + wait.toMillis());
    }
}
