package io.obogateway.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listening socket whose connections the test itself reads and answers, byte by byte. */
public final class RawUpstream implements AutoCloseable {
    private final ServerSocket listening;
    private final BlockingQueue<RawConnection> accepted = new LinkedBlockingQueue<>();
    private final List<RawConnection> all = new ArrayList<>();

    public RawUpstream() {
        this(plain());
    }

    /**
     * @param listening on loopback, such as one for TLS
     */
    public RawUpstream(ServerSocket listening) {
        this.listening = listening;
        Thread acceptor = new Thread(this::acceptAll, "raw-upstream");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private static ServerSocket plain() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = listening.accept();
                RawConnection connection = new RawConnection(socket);
                synchronized (all) {
                    all.add(connection);
                }
                accepted.add(connection);
            }
        } catch (IOException closed) {
            // close() ends the loop
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The next connection that the gateway opens. */
    public RawConnection accept() {
        try {
            RawConnection next = accepted.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the gateway opened no connection");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As {@link #accept()}, however long it takes; null once this is closed. */
    @Nullable
    RawConnection acceptOrNull() {
        try {
            RawConnection next = accepted.poll(100, TimeUnit.MILLISECONDS);
            while (next == null && !listening.isClosed()) {
                next = accepted.poll(100, TimeUnit.MILLISECONDS);
            }
            return next;
        } catch (InterruptedException e) {
            return null;
        }
    }

    /** Connections accepted so far and not yet taken by the test. */
    public int waiting() {
        return accepted.size();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        synchronized (all) {
            all.forEach(RawConnection::close);
        }
    }
}
