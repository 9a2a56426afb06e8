package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 as other people's clients speak it; skipped where they are not installed. */
class Http2ToolsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer upstream;
    private GatewayServer gateway;
    private String url;

    @BeforeEach
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        upstream.setExecutor(threads);
        upstream.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer = ("got " + body.length).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        upstream.start();
        gateway =
                TestGateway.patient("http://127.0.0.1:" + upstream.getAddress().getPort());
        url = "http://127.0.0.1:" + gateway.port() + "/";
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.stop(0);
        threads.shutdownNow();
    }

    @Test
    void curl() throws Exception {
        assertThat(run("curl", "-sS", "--max-time", "20", "--http2-prior-knowledge", "-i", url))
                .startsWith("HTTP/2 200")
                .endsWith("got 0");
    }

    @Test
    void curlUploads() throws Exception {
        Path file = Files.createTempFile("upload", ".bin");
        try {
            Files.write(file, new byte[5_000_000]);
            assertThat(run(
                            "curl",
                            "-sS",
                            "--max-time",
                            "20",
                            "--http2-prior-knowledge",
                            "--data-binary",
                            "@" + file,
                            url))
                    .isEqualTo("got 5000000");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void nghttp() throws Exception {
        assertThat(run("nghttp", "-v", "-t", "20", "-m", "20", url)).contains("got 0", "recv SETTINGS frame");
    }

    @Test
    void h2load() throws Exception {
        assertThat(run("h2load", "-n", "5000", "-c", "4", "-m", "32", url))
                .contains("5000 succeeded, 0 failed, 0 errored, 0 timeout");
    }

    private static String run(String... command) throws Exception {
        String path = System.getenv("PATH");
        assumeTrue(
                List.of(path.split(":")).stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0]))),
                command[0] + " is not installed");
        Path output = Files.createTempFile("output", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("%s ends", command[0])
                    .isTrue();
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } finally {
            Files.delete(output);
        }
    }
}
