package io.obogateway.observe;

import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * One line per exchange on standard output: never a token, never the user's identity.
 *
 * <p>The event loops only format and copy; one thread writes, whole lines in one call, so that they do not mix with
 * other writers of the same {@link java.io.PrintStream}. When it cannot keep up, because nobody reads the output, lines
 * are dropped and counted: the log never slows the traffic.
 */
public final class AccessLog implements AutoCloseable {
    /** A loop with this much in its ring wakes the writing thread. */
    private static final int WAKE_BYTES = 32 * 1024;

    /** At the latest after this long a line is written. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** For the writing of the last lines. */
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(2);

    /** What one thread has to itself. */
    private record Lane(Thread owner, LineBuffer line, LineRing ring) {
        boolean abandoned() {
            return !owner.isAlive() && ring.pending() == 0;
        }
    }

    private final OutputStream out;
    private final boolean plain;
    private final Clock clock;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<Lane> lane = new FastThreadLocal<>() {
        @Override
        protected Lane initialValue() {
            Lane created = new Lane(Thread.currentThread(), new LineBuffer(4096), new LineRing());
            lanes.add(created);
            return created;
        }
    };
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean parked;
    private volatile boolean closed;

    /**
     * Starts the writing thread.
     *
     * @param out written to by that thread only, in batches of whole lines, each in one call
     * @param plain text for people instead of JSON
     * @param clock for each line's {@code time}
     */
    public AccessLog(OutputStream out, boolean plain, Clock clock) {
        this.out = out;
        this.plain = plain;
        this.clock = clock;
        this.writer = new Thread(this::writeUntilClosed, "access-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Takes down an exchange that has ended. On its event loop; never blocks. */
    public void finished(ExchangeFacts facts) {
        Lane mine = lane.get();
        LineBuffer line = mine.line().clear();
        if (plain) {
            AccessLine.plain(line, facts, clock.millis());
        } else {
            AccessLine.json(line, facts, clock.millis());
        }
        if (closed || !mine.ring().offer(line.array(), line.length())) {
            dropped.increment();
        }
        // a wake-up missed by a race is made up for by the next line
        if (parked && mine.ring().pending() >= WAKE_BYTES) {
            parked = false;
            LockSupport.unpark(writer);
        }
    }

    /** How many lines were dropped because the output did not take them in time. */
    public long dropped() {
        return dropped.sum();
    }

    private void writeUntilClosed() {
        byte[] batch = new byte[LineRing.CAPACITY];
        while (!closed) {
            writeAll(batch);
            parked = true;
            if (!closed && !urgent()) {
                LockSupport.parkNanos(this, PAUSE.toNanos());
            }
            parked = false;
        }
        writeAll(batch);
    }

    private boolean urgent() {
        for (Lane each : lanes) {
            if (each.ring().pending() >= WAKE_BYTES) {
                return true;
            }
        }
        return false;
    }

    private void writeAll(byte[] batch) {
        for (Lane each : lanes) {
            int length = each.ring().drainTo(batch);
            if (length > 0) {
                write(batch, length);
            }
        }
        lanes.removeIf(Lane::abandoned);
    }

    private void write(byte[] batch, int length) {
        try {
            out.write(batch, 0, length);
            out.flush();
        } catch (IOException e) {
            // there is nowhere left to say it but in the metrics
            for (int i = 0; i < length; i++) {
                if (batch[i] == '\n') {
                    dropped.increment();
                }
            }
        }
    }

    /** Writes what is left and ends the writing thread; gives up after two seconds. Later lines are dropped. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
