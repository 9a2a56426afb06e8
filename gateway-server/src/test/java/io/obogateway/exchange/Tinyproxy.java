package io.obogateway.exchange;

import io.obogateway.wire.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real HTTP proxy on loopback, of Debian's package {@code tinyproxy-bin}, that asks for a name and a password. */
final class Tinyproxy implements AutoCloseable {
    private static final String PROGRAM = "tinyproxy";

    private final Process process;
    private final int port;
    private final Path log;

    private Tinyproxy(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static boolean isInstalled() {
        return Program.isInstalled(PROGRAM);
    }

    /** Starts it for the user {@code gateway} with the password {@code s3cret} and waits until it listens. */
    static Tinyproxy start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path log = folder.resolve("tinyproxy.log");
        Path settings = Files.writeString(folder.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Timeout 60
                MaxClients 50
                BasicAuth gateway s3cret
                LogLevel Connect
                LogFile "%s"
                """.formatted(port, log));
        Process process = new ProcessBuilder(PROGRAM, "-d", "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("tinyproxy.out").toFile())
                .start();
        for (int i = 0; i < 500; i++) {
            try (Socket listening = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (listening.isConnected()) {
                    return new Tinyproxy(process, port, log);
                }
            } catch (IOException notYet) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        process.destroy();
        throw new AssertionError("tinyproxy did not start: " + Files.readString(folder.resolve("tinyproxy.out")));
    }

    /** It takes no port 0. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** The request lines that it was sent, in their order. */
    List<String> requests() {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.contains("Request (file descriptor "))
                    .map(line -> line.substring(line.indexOf("): ") + 3))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
