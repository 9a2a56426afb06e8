package io.obogateway.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writes as much as the other side takes, on a thread of its own. */
final class Flood implements Runnable {
    private final OutputStream out;
    private final byte[] piece;
    private final long total;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private volatile @Nullable IOException failure;

    private Flood(OutputStream out, long total, byte[] piece) {
        this.out = out;
        this.piece = piece;
        this.total = total;
        this.thread = new Thread(this, "flood");
        thread.setDaemon(true);
    }

    static Flood into(OutputStream out, long total) {
        return into(out, total, new byte[64 * 1024]);
    }

    /** Of this text, again and again. */
    static Flood into(OutputStream out, long total, String text) {
        return into(out, total, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Flood into(OutputStream out, long total, byte[] piece) {
        Flood flood = new Flood(out, total, piece);
        flood.thread.start();
        return flood;
    }

    @Override
    public void run() {
        try {
            for (long left = total; left > 0; left -= piece.length) {
                out.write(piece, 0, (int) Math.min(piece.length, left));
                sent.addAndGet(Math.min(piece.length, left));
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
