package io.obogateway.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How many requests may be sent again to an upstream: a tenth of its load, and a few, so that a lone request may be. With
 * it an upstream that fails everything gets a tenth more, not a multiple. Safe for all threads.
 */
final class RetryBudget {
    /*
     * The load is that of the present window and the one before, so that a failure at a window's beginning finds what the
     * requests before it have paid for.
     */

    static final int FLOOR = 3;
    static final int LOAD_PER_RETRY = 10;
    static final long WINDOW = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final LongAdder requests = new LongAdder();
    private long windowBegan;
    private long requestsBefore;
    private long requestsBeforeLast;
    private long retries;
    private long retriesLast;

    /**
     * @param nanoTime {@link System#nanoTime()}
     */
    RetryBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.windowBegan = nanoTime.getAsLong();
    }

    /** A request begins. */
    void request() {
        requests.increment();
    }

    /** Takes one retry out of the budget, if there is one left. */
    synchronized boolean take() {
        turnWindow();
        long load = requests.sum() - requestsBeforeLast;
        if (retries + retriesLast >= FLOOR + load / LOAD_PER_RETRY) {
            return false;
        }
        retries++;
        return true;
    }

    private void turnWindow() {
        long past = nanoTime.getAsLong() - windowBegan;
        if (past < WINDOW) {
            return;
        }
        boolean next = past < 2 * WINDOW;
        requestsBeforeLast = next ? requestsBefore : requests.sum();
        retriesLast = next ? retries : 0;
        requestsBefore = requests.sum();
        retries = 0;
        windowBegan = next ? windowBegan + WINDOW : nanoTime.getAsLong();
    }
}
