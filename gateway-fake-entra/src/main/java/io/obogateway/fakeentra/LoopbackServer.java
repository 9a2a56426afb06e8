package io.obogateway.fakeentra;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A small HTTP/1.1 server on a free loopback port: one daemon thread per connection, keep-alive, no framework, so that
 * an answer may break the protocol wherever it likes. Connections beyond the bound wait in the backlog.
 */
final class LoopbackServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 512;
    private static final int BACKLOG = 1024;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int IDLE_MILLIS = 120_000;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final ServerSocket listener;
    private final Function<WireRequest, Answer> site;
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger accepted = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-entra-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    /** Binds; accepts connections from {@link #start()} on. */
    LoopbackServer(Function<WireRequest, Answer> site) {
        this.site = site;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
    }

    void start() {
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections taken since the start. */
    int connections() {
        return accepted.get();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                room.acquire();
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                if (closed.getCount() == 0) { // close() may have looked at the open ones before this was one
                    socket.close();
                    return;
                }
                threads.execute(() -> serve(socket));
            }
        } catch (RejectedExecutionException e) {
            // closed a moment ago, and this connection with the others
        } catch (IOException e) {
            // the listener was closed: that is how this loop ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(IDLE_MILLIS);
            socket.setTcpNoDelay(true);
            RequestReader requests = new RequestReader(new BufferedInputStream(socket.getInputStream()));
            AnswerWriter answers = new AnswerWriter(socket, closed);
            for (WireRequest request = requests.next(); request != null; request = requests.next()) {
                if (!answers.write(site.apply(request), request.keepsAlive())) {
                    return;
                }
            }
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            // a client that leaves or sends no HTTP loses its connection, nothing more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
            room.release();
        }
    }

    /** Closes the port and every connection, also those that hang, and waits a moment for their threads. */
    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
            threads.shutdownNow();
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
