package io.obogateway.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a client connection; each phase of a request moves it. Moving it later costs a field: the timer that
 * runs is left to find out when it fires.
 */
public final class Deadline implements Runnable {
    private final EventLoop loop;
    private final Runnable onExpired;
    private @Nullable ScheduledFuture<?> timer;
    private long firesAt;
    private long expiresAt;
    private boolean armed;

    /**
     * @param onExpired runs on the event loop once the deadline has passed
     */
    public Deadline(EventLoop loop, Runnable onExpired) {
        this.loop = loop;
        this.onExpired = onExpired;
    }

    /** From now. Replaces what was set before. */
    public void set(long nanos) {
        expiresAt = System.nanoTime() + nanos;
        armed = true;
        if (timer == null) {
            schedule(nanos);
        } else if (firesAt - expiresAt > 0) {
            timer.cancel(false);
            schedule(nanos);
        }
    }

    public void clear() {
        armed = false;
    }

    /** Clears it and stops the timer, so that nothing keeps the connection's objects reachable. */
    public void stop() {
        armed = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        firesAt = System.nanoTime() + nanos;
        timer = loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        timer = null;
        if (!armed) {
            return;
        }
        long left = expiresAt - System.nanoTime();
        if (left > 0) {
            schedule(left);
        } else {
            armed = false;
            onExpired.run();
        }
    }
}
