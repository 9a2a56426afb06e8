package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.obogateway.config.GatewayConfig;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 as other people's clients speak it; skipped where they are not installed. */
class Http2ToolsTest {
    @TempDir
    private Path folder;

    private final Pki pki = new Pki();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer upstream;
    private GatewayServer gateway;
    private GatewayServer secure;
    private String url;
    private String secureUrl;

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
        String upstreamUrl = "http://127.0.0.1:" + upstream.getAddress().getPort();
        gateway = TestGateway.patient(upstreamUrl);
        url = "http://127.0.0.1:" + gateway.port() + "/";
        Pki.write(folder, pki.issue("gateway", "127.0.0.1"));
        secure = TestGateway.start(
                new GatewayConfig.Listen(
                        "127.0.0.1", 0, Pki.listenTls(folder, GatewayConfig.ClientAuth.NONE), true, List.of()),
                new GatewayConfig.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), TestGateway.SHORT),
                TestGateway.patientRoute(upstreamUrl));
        secureUrl = "https://127.0.0.1:" + secure.port() + "/";
    }

    @AfterEach
    void stop() {
        gateway.close();
        secure.close();
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
        String file =
                Files.write(folder.resolve("upload.bin"), new byte[5_000_000]).toString();

        assertThat(run("curl", "-sS", "--max-time", "20", "--http2-prior-knowledge", "--data-binary", "@" + file, url))
                .isEqualTo("got 5000000");
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

    @Test
    void curlAgreesOnHttp2OverTls() throws Exception {
        String ca = pki.caFile(folder).toString();

        assertThat(run("curl", "-sS", "--max-time", "20", "--http2", "--cacert", ca, "-i", secureUrl))
                .startsWith("HTTP/2 200")
                .endsWith("got 0");
    }

    @Test
    void curlThatWantsHttp11OverTlsGetsIt() throws Exception {
        String ca = pki.caFile(folder).toString();

        assertThat(run("curl", "-sS", "--max-time", "20", "--http1.1", "--cacert", ca, "-i", secureUrl))
                .startsWith("HTTP/1.1 200 OK")
                .endsWith("got 0");
    }

    @Test
    void curlUploadsByHttp2OverTls() throws Exception {
        String file =
                Files.write(folder.resolve("upload.bin"), new byte[5_000_000]).toString();

        assertThat(run("curl", "-sSk", "--max-time", "20", "--http2", "--data-binary", "@" + file, secureUrl))
                .isEqualTo("got 5000000");
    }

    @Test
    void nghttpOverTls() throws Exception {
        assertThat(run("nghttp", "-v", "-t", "20", "-m", "20", secureUrl))
                .contains("The negotiated protocol: h2", "got 0", "recv SETTINGS frame")
                .containsOnlyOnce("(window_size_increment=" + (11 * 1024 * 1024 - 65_535) + ")"); // ours, given once
    }

    @Test
    void h2loadOverTls() throws Exception {
        assertThat(run("h2load", "-n", "5000", "-c", "4", "-m", "32", secureUrl))
                .contains("Application protocol: h2\n", "5000 succeeded, 0 failed, 0 errored, 0 timeout");
    }

    @Test
    void h2loadOfHttp11OverTls() throws Exception {
        assertThat(run("h2load", "--h1", "-n", "1000", "-c", "4", "-m", "8", secureUrl))
                .contains("Application protocol: http/1.1\n", "1000 succeeded, 0 failed, 0 errored, 0 timeout");
    }

    private static String run(String... command) throws Exception {
        assumeTrue(Program.isInstalled(command[0]), command[0] + " is not installed");
        return Program.run(List.of(command));
    }
}
