package io.obogateway.oauth;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The right to have a call under way: so many at a time, so many that wait for their turn in the order in which they came,
 * each for a bounded time. Safe for all threads; never blocks one.
 */
final class CallSlots {
    /** What became of asking for a slot. */
    enum Turn {
        /** Go ahead, then {@link CallSlots#release()}. */
        GRANTED,
        /** It did not come in time. */
        TIMED_OUT,
        /** Too many wait already. */
        FULL
    }

    private final ScheduledExecutorService scheduler;
    private final int maxWaiting;
    private final Map<Long, CompletableFuture<Turn>> waiting = new LinkedHashMap<>();
    private long tickets;
    private int free;
    private boolean granting;

    CallSlots(int slots, int maxWaiting, ScheduledExecutorService scheduler) {
        this.free = slots;
        this.maxWaiting = maxWaiting;
        this.scheduler = scheduler;
    }

    /** Completes with what became of it, at once if a slot is free, else at the latest after {@code patience}. */
    CompletableFuture<Turn> take(Duration patience) {
        CompletableFuture<Turn> turn = new CompletableFuture<>();
        long ticket;
        synchronized (this) {
            if (free > 0) {
                free--;
                turn.complete(Turn.GRANTED);
                return turn;
            }
            if (waiting.size() >= maxWaiting) {
                turn.complete(Turn.FULL);
                return turn;
            }
            ticket = tickets++;
            waiting.put(ticket, turn);
        }
        ScheduledFuture<?> timer = scheduler.schedule(() -> giveUp(ticket), patience.toMillis(), TimeUnit.MILLISECONDS);
        turn.whenComplete((how, never) -> timer.cancel(false));
        return turn;
    }

    /**
     * Gives a slot back. A turn that is granted here may end before it returns, and so on down the queue; therefore only the
     * outermost call hands out slots, in a loop.
     */
    void release() {
        synchronized (this) {
            free++;
            if (granting) {
                return;
            }
            granting = true;
        }
        for (CompletableFuture<Turn> next = next(); next != null; next = next()) {
            next.complete(Turn.GRANTED);
        }
    }

    private synchronized @Nullable CompletableFuture<Turn> next() {
        Iterator<CompletableFuture<Turn>> queue = waiting.values().iterator();
        if (free == 0 || !queue.hasNext()) {
            granting = false;
            return null;
        }
        CompletableFuture<Turn> next = queue.next();
        queue.remove();
        free--;
        return next;
    }

    private void giveUp(long ticket) {
        CompletableFuture<Turn> turn;
        synchronized (this) {
            turn = waiting.remove(ticket);
        }
        if (turn != null) {
            turn.complete(Turn.TIMED_OUT);
        }
    }
}
