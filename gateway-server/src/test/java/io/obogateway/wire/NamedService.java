package io.obogateway.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A service that answers each request with its port, or with whatever a test makes it do; its port can be closed and opened
 * again. It can also be a process of its own.
 */
final class NamedService implements AutoCloseable {
    private final UnaryOperator<@Nullable String> behaviour;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<RawConnection> connections = new ConcurrentLinkedQueue<>();
    private final int port;
    private volatile ServerSocket listening;

    /** Answers 200. */
    NamedService() {
        this(null);
    }

    /**
     * @param behaviour the response to a request; null from it: the connection closes without one
     */
    NamedService(@Nullable UnaryOperator<@Nullable String> behaviour) {
        listening = listen(0);
        port = listening.getLocalPort();
        this.behaviour = behaviour == null ? request -> ok(String.valueOf(port)) : behaviour;
        acceptAll();
    }

    static String ok(String content) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() {
        ServerSocket from = listening;
        daemon(() -> {
            try {
                while (true) {
                    Socket socket = from.accept();
                    daemon(() -> serve(new RawConnection(socket)));
                }
            } catch (IOException closed) {
                // close() ends the loop
            }
        });
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "named-service");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(RawConnection connection) {
        connections.add(connection);
        try (connection) {
            while (true) {
                String request = connection.message();
                requests.add(request);
                String response = behaviour.apply(request);
                if (response == null) {
                    return;
                }
                connection.send(response);
            }
        } catch (AssertionError | UncheckedIOException closed) {
            // the gateway is done with it
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int count() {
        return requests.size();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Connections that were opened. */
    int connections() {
        return connections.size();
    }

    /** Listens again where it did before. */
    void reopen() {
        listening = listen(port);
        acceptAll();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(RawConnection::close);
    }

    /** Starts one as a process of its own, which prints its port on a line. */
    static Process process() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NamedService.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Serves until the process is killed, or nobody holds its standard input open any more. */
    public static void main(String[] args) throws IOException {
        try (NamedService service = new NamedService()) {
            System.out.println(service.port());
            while (System.in.read() >= 0) {}
        }
    }
}
