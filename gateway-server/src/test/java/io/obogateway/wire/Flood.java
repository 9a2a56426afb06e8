package io.obogateway.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writes as much as the other side takes, on a thread of its own. */
final class Flood implements Runnable {
    private static final byte[] PIECE = new byte[64 * 1024];

    private final OutputStream out;
    private final long total;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private volatile @Nullable IOException failure;

    private Flood(OutputStream out, long total) {
        this.out = out;
        this.total = total;
        this.thread = new Thread(this, "flood");
        thread.setDaemon(true);
    }

    static Flood into(OutputStream out, long total) {
        Flood flood = new Flood(out, total);
        flood.thread.start();
        return flood;
    }

    @Override
    public void run() {
        try {
            for (long left = total; left > 0; left -= PIECE.length) {
                out.write(PIECE, 0, (int) Math.min(PIECE.length, left));
                sent.addAndGet(Math.min(PIECE.length, left));
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    long sent() {
        return sent.get();
    }

    /** Waits until nothing has moved for half a second. */
    void awaitStanding() {
        long last = -1;
        while (last != sent.get()) {
            last = sent.get();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }

    void awaitDone() throws InterruptedException {
        thread.join(60_000);
        if (thread.isAlive() || failure != null) {
            throw new AssertionError("sent " + sent + " of " + total, failure);
        }
    }

    void abandon() throws IOException {
        out.close();
    }
}
