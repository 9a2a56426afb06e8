package io.obogateway.upstream;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether an address is held back because requests to it failed (passive health), and when it may be tried again. Safe for
 * all threads. While nothing fails it costs a request one read of a volatile.
 */
final class Ejection {
    /*
     * FAILURES in a row eject. Then one request at a time is let through: a trial. The time between trials doubles with
     * each that fails; a success of any request ends it all. An address that is ejected again soon after it came back
     * starts where it left off. While no other address is left to serve, trials are never further apart than
     * LONGEST_ALONE, so that a service that comes back is found soon.
     */

    static final int FAILURES = 5;
    static final long FIRST = TimeUnit.MILLISECONDS.toNanos(500);
    static final long LONGEST = TimeUnit.SECONDS.toNanos(30);
    static final long LONGEST_ALONE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;

    /** In a row; zero but for an address in trouble. */
    private volatile int failures;

    private volatile boolean ejected;
    /** When it was ejected, or last tried. */
    private volatile long since;

    private volatile long interval;
    private long returnedAt;
    private boolean trialUnderWay;

    /**
     * @param nanoTime {@link System#nanoTime()}
     */
    Ejection(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean ejected() {
        return ejected;
    }

    /** Until the next trial; zero where one is due. */
    long nanosLeft(boolean alone) {
        long wait = alone ? Math.min(interval, LONGEST_ALONE) : interval;
        return Math.max(0, since + wait - nanoTime.getAsLong());
    }

    /**
     * Whether this request may be the trial that is due.
     *
     * @param alone no other address can take it
     */
    boolean tryTrial(boolean alone) {
        if (!ejected || nanosLeft(alone) > 0) {
            return false;
        }
        synchronized (this) {
            if (!ejected || nanosLeft(alone) > 0) {
                return false;
            }
            since = nanoTime.getAsLong(); // one that is never heard of again holds up the next one no longer than this
            trialUnderWay = true;
            return true;
        }
    }

    /** A request was answered. True: with that the address is back. */
    boolean succeeded() {
        if (failures == 0) {
            return false;
        }
        synchronized (this) {
            boolean back = ejected;
            if (back) {
                returnedAt = nanoTime.getAsLong();
            }
            ejected = false;
            trialUnderWay = false;
            failures = 0;
            return back;
        }
    }

    /** A request failed in a way that tells of the address. True: with that it is ejected. */
    synchronized boolean failed() {
        failures = Math.min(failures + 1, FAILURES);
        if (ejected) {
            if (trialUnderWay) { // else it began before the ejection, and says nothing new
                trialUnderWay = false;
                since = nanoTime.getAsLong();
                interval = Math.min(interval * 2, LONGEST);
            }
            return false;
        }
        if (failures < FAILURES) {
            return false;
        }
        long now = nanoTime.getAsLong();
        boolean again = interval != 0 && now - returnedAt < LONGEST;
        interval = again ? Math.min(interval * 2, LONGEST) : FIRST;
        since = now;
        ejected = true;
        return true;
    }
}
