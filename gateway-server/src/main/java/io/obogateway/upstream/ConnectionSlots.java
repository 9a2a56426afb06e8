package io.obogateway.upstream;

import io.netty.util.concurrent.Future;
import io.obogateway.upstream.NoConnectionException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many connections an upstream has, over all event loops, and who waits for one where there is a bound. First come,
 * first served, but for this: a connection that becomes free goes to a request of its own event loop as long as nobody
 * elsewhere has waited {@link #PATIENCE}, because it cannot change loops and would have to be opened anew there. Safe for
 * all threads.
 */
public final class ConnectionSlots {
    static final int MAX_WAITING = 1024;
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    /** A request that waits. */
    static final class Waiter {
        final UpstreamPool pool;
        final Destination destination;
        final Duration timeout;
        final UpstreamConnection.Listener listener;
        private final long since = System.nanoTime();
        /** May not be seen by who serves the waiter: then it fires and finds that nobody waits any more. */
        private @Nullable Future<?> timer;

        Waiter(UpstreamPool pool, Destination destination, Duration timeout, UpstreamConnection.Listener listener) {
            this.pool = pool;
            this.destination = destination;
            this.timeout = timeout;
            this.listener = listener;
        }
    }

    private final int max;
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private int open;
    private volatile boolean awaited;

    /**
     * @param max 0: unlimited
     */
    ConnectionSlots(int max) {
        this.max = max;
    }

    boolean bounded() {
        return max > 0;
    }

    synchronized int open() {
        return open;
    }

    /** Whether anybody waits. */
    boolean awaited() {
        return awaited;
    }

    /** Takes a slot for a connection that is about to be opened; {@link #give} gives it back. */
    synchronized boolean take() {
        if (bounded() && (open >= max || !waiting.isEmpty())) {
            return false;
        }
        open++;
        return true;
    }

    /** Takes a slot although there may be none, for a connection without which nothing would go on. */
    synchronized void takeBeyond() {
        open++;
    }

    /** A connection has closed, or was not opened after all: its slot goes to who has waited longest. */
    void give() {
        Waiter next;
        synchronized (this) {
            next = waiting.pollFirst();
            awaited = !waiting.isEmpty();
            if (next == null) {
                open--;
                return;
            }
        }
        served(next);
        next.pool.loop().execute(() -> next.pool.openInSlot(next.destination, next.timeout, next.listener));
    }

    /** What comes of the wish for a slot. */
    enum Outcome {
        TAKEN,
        /** The waiter hears of it, within its timeout. */
        WAITS,
        TOO_MANY_WAIT
    }

    /** Takes a slot, or waits for one: in one step, so that none becomes free unseen in between. */
    Outcome takeOrAwait(Waiter waiter) {
        synchronized (this) {
            if (take()) {
                return Outcome.TAKEN;
            }
            if (waiting.size() >= MAX_WAITING) {
                return Outcome.TOO_MANY_WAIT;
            }
            waiting.addLast(waiter);
            awaited = true;
        }
        waiter.timer =
                waiter.pool.loop().schedule(() -> giveUp(waiter), waiter.timeout.toMillis(), TimeUnit.MILLISECONDS);
        return Outcome.WAITS;
    }

    /** It does not wait any more. */
    void leave(UpstreamConnection.Listener listener) {
        if (!awaited) {
            return;
        }
        Waiter left = null;
        synchronized (this) {
            Iterator<Waiter> all = waiting.iterator();
            while (left == null && all.hasNext()) {
                Waiter waiter = all.next();
                if (waiter.listener.equals(listener)) {
                    left = waiter;
                    all.remove();
                }
            }
            awaited = !waiting.isEmpty();
        }
        if (left != null) {
            served(left);
        }
    }

    /**
     * Who gets a connection that has become free.
     *
     * @return null: nobody of this pool; if anybody waits nevertheless, the connection should close
     */
    @Nullable
    Waiter next(UpstreamPool pool, Destination destination) {
        Waiter found = null;
        synchronized (this) {
            Waiter oldest = waiting.peekFirst();
            if (oldest == null || oldest.pool != pool && System.nanoTime() - oldest.since > PATIENCE) {
                return null;
            }
            Iterator<Waiter> all = waiting.iterator();
            while (found == null && all.hasNext()) {
                Waiter waiter = all.next();
                if (waiter.pool == pool && waiter.destination.equals(destination)) {
                    found = waiter;
                    all.remove();
                }
            }
            awaited = !waiting.isEmpty();
        }
        if (found != null) {
            served(found);
        }
        return found;
    }

    private static void served(Waiter waiter) {
        Future<?> timer = waiter.timer;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void giveUp(Waiter waiter) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(waiter);
            awaited = !waiting.isEmpty();
        }
        if (waited) {
            waiter.listener.onConnectFailed(new NoConnectionException(Reason.NO_SLOT));
        }
    }
}
