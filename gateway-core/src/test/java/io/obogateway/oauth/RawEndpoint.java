package io.obogateway.oauth;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A token endpoint that misbehaves below HTTP, the same way on every connection. */
final class RawEndpoint implements AutoCloseable {
    /** What it does once it has read some of the request. */
    interface Misbehaviour {
        void on(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();

    RawEndpoint(Misbehaviour misbehaviour) {
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    threads.execute(() -> serve(socket, misbehaviour));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** Says nothing until the test is over. */
    static RawEndpoint hanging() {
        CountDownLatch never = new CountDownLatch(1);
        return new RawEndpoint((socket, out) -> never.await());
    }

    /** Begins an answer and sends a byte of it now and then, so that no read ever times out. */
    static RawEndpoint dripping() {
        CountDownLatch never = new CountDownLatch(1);
        return new RawEndpoint((socket, out) -> {
            send(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                send(out, " ");
            }
        });
    }

    /** Resets the connection in the middle of an answer. */
    static RawEndpoint resetting() {
        return new RawEndpoint((socket, out) -> {
            send(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
            socket.setSoLinger(true, 0);
        });
    }

    /** Answers ten megabytes of JSON. */
    static RawEndpoint flooding() {
        return new RawEndpoint((socket, out) -> {
            send(out, "HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n{\"access_token\":\"");
            String block = "x".repeat(10_000);
            for (int i = 0; i < 1_000; i++) {
                send(out, block);
            }
        });
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private void serve(Socket socket, Misbehaviour misbehaviour) {
        try (socket) {
            if (socket.getInputStream().read(new byte[8192]) > 0) {
                misbehaviour.on(socket, socket.getOutputStream());
            }
        } catch (IOException e) {
            // the other side has given up, which is what it is meant to do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/token");
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
