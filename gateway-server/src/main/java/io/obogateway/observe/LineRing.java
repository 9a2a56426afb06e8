package io.obogateway.observe;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded ring of bytes that carries whole lines from one event loop to the one thread that writes them. Neither side
 * ever waits for the other: a line that does not fit is refused.
 */
final class LineRing {
    /** Some hundred thousand lines a second fit between two turns of the writing thread. */
    static final int CAPACITY = 1 << 18;

    private static final int MASK = CAPACITY - 1;

    private final byte[] bytes = new byte[CAPACITY];
    /** Bytes ever taken; written by the consumer. */
    private final AtomicLong taken = new AtomicLong();
    /** Bytes ever offered, always at a line's end; written by the producer. */
    private final AtomicLong offered = new AtomicLong();

    /** Copies a line in; false if there is no room for it. By the producer only. */
    boolean offer(byte[] line, int length) {
        long end = offered.getPlain();
        if (length > CAPACITY - (end - taken.getAcquire())) {
            return false;
        }
        int at = (int) end & MASK;
        int first = Math.min(length, CAPACITY - at);
        System.arraycopy(line, 0, bytes, at, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        offered.setRelease(end + length);
        return true;
    }

    /** Bytes that wait. */
    int pending() {
        return (int) (offered.getAcquire() - taken.getAcquire());
    }

    /**
     * Moves all that waits to the beginning of an array. By the consumer only.
     *
     * @param to at least {@link #CAPACITY} long
     * @return how many bytes; they are whole lines
     */
    int drainTo(byte[] to) {
        long start = taken.getPlain();
        long end = offered.getAcquire();
        int length = (int) (end - start);
        int at = (int) start & MASK;
        int first = Math.min(length, CAPACITY - at);
        System.arraycopy(bytes, at, to, 0, first);
        System.arraycopy(bytes, 0, to, first, length - first);
        taken.setRelease(end);
        return length;
    }
}
