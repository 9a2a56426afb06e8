package io.obogateway.upstream;

import io.netty.util.concurrent.ScheduledFuture;
import io.obogateway.route.HealthCheck;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one address again and again whether it works (active health). Two failures in a row take it out of service, one
 * success brings it back. Everything happens on the event loop of its pool; starting and stopping, anywhere.
 */
final class HealthChecker {
    private static final int FAILURES = 2;

    private final UpstreamPool pool;
    private final UpstreamAddress address;
    private final HealthCheck check;
    private int failures;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> next;

    HealthChecker(UpstreamPool pool, UpstreamAddress address, HealthCheck check) {
        this.pool = pool;
        this.address = address;
        this.check = check;
    }

    void start() {
        pool.loop().execute(this::ask);
    }

    void stop() {
        pool.loop().execute(() -> {
            stopped = true;
            if (next != null) {
                next.cancel(false);
            }
        });
    }

    private void ask() {
        if (!stopped) {
            next = pool.loop().schedule(this::ask, check.interval().toNanos(), TimeUnit.NANOSECONDS);
            new HealthProbe(pool, address.destination().origin(), check, this::answered).start();
        }
    }

    private void answered(@Nullable String fault) {
        if (stopped) {
            return;
        }
        failures = fault == null ? 0 : failures + 1;
        if (fault == null) {
            address.checked(true, "");
        } else if (failures >= FAILURES) {
            address.checked(false, fault);
        }
    }
}
