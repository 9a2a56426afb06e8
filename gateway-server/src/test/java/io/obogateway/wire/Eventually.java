package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What is not so yet and will be: asked for again and again, until a deadline. */
public final class Eventually {
    private Eventually() {}

    /** Fails unless the condition holds within ten seconds. */
    public static void holds(BooleanSupplier condition) {
        holds(Duration.ofSeconds(10), condition);
    }

    static void holds(Duration deadline, BooleanSupplier condition) {
        becomes("the condition", deadline, condition::getAsBoolean, true);
    }

    static <T> void becomes(String what, Duration deadline, Supplier<T> asked, T expected) {
        long begin = System.nanoTime();
        T now = asked.get();
        while (!now.equals(expected) && System.nanoTime() - begin < deadline.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            now = asked.get();
        }
        assertThat(now).as(what).isEqualTo(expected);
    }
}
