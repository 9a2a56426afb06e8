package io.obogateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final String HOST = "127.0.0.1";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile boolean draining;
    private volatile List<String> notReady = List.of();
    private volatile List<String> warnings = List.of();
    private volatile boolean brokenMetrics;
    private volatile String metrics = "gateway_in_flight 0.0\n";
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(0);
    }

    private AdminServer start(int port) throws IOException {
        return AdminServer.start(
                HOST,
                port,
                loops,
                NioServerSocketChannel.class,
                new Health(() -> draining, () -> notReady, () -> warnings),
                this::metrics,
                null);
    }

    private String metrics() {
        if (brokenMetrics) {
            throw new IllegalStateException("broken on purpose");
        }
        return metrics;
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    @Test
    void aliveWhileItAnswers() throws Exception {
        notReady = List.of("issuer entra: no keys yet");

        assertThat(get("/isalive").statusCode()).isEqualTo(200);
    }

    @Test
    void readyWhenNothingSpeaksAgainstIt() throws Exception {
        HttpResponse<String> response = get("/isready?verbose");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"ready\",\"reasons\":[],\"warnings\":[]}\n");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    }

    @Test
    void notReadyWithEveryReason() throws Exception {
        notReady = List.of("issuer entra: no keys yet");
        draining = true;

        HttpResponse<String> response = get("/isready");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"not ready\",\"reasons\":[\"issuer entra: no keys yet\","
                        + "\"draining: the gateway is shutting down\"],\"warnings\":[]}\n");
    }

    @Test
    void warningsDoNotTakeReadinessAway() throws Exception {
        warnings = List.of("provider entra refuses the gateway's credentials");

        HttpResponse<String> response = get("/isready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"warnings\":[\"provider entra refuses the gateway's credentials\"]");
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws Exception {
        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("gateway_in_flight 0.0\n");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void unknownPathIsNotFoundAndWritingNotAllowed() throws Exception {
        assertThat(get("/isready/").statusCode()).isEqualTo(404);
        HttpResponse<String> post = client.send(
                HttpRequest.newBuilder(uri("/isready"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void failureInsideSaysOnlyWhereToLook() throws Exception {
        brokenMetrics = true;

        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":\"see the log\"}\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOnOneConnection() throws Exception {
        String answers = raw(head("HEAD /metrics", "Host: a")
                + head("GET /nothing", "Host: a")
                + head("GET /isalive", "Host: a", "Connection: close"));

        assertThat(answers).matches("(?s)HTTP/1.1 200 OK\r\n.*HTTP/1.1 404 Not Found\r\n.*HTTP/1.1 200 OK\r\n.*");
        assertThat(answers).contains("content-length: 22\r\n").doesNotContain("gateway_in_flight");
        assertThat(answers).endsWith("{\"status\":\"alive\"}\n");
    }

    @Test
    void malformedRequestsAreRefusedAndTheConnectionCloses() throws Exception {
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(head("GET /" + "a".repeat(5000), "Host: a"))).startsWith("HTTP/1.1 4");
    }

    @Test
    void oversizeContentIsRefusedWithoutBeingAwaited() throws Exception {
        assertThat(raw(head("POST /isready", "Host: a", "Connection: close", "Content-Length: 9999999")))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void whoAsksWithoutReadingIsCutOff() throws Exception {
        metrics = "x".repeat(8 * 1024 * 1024);

        assertThat(raw(head("GET /metrics", "Host: a").repeat(50)).length()).isLessThan(20 * 1024 * 1024);
    }

    @Test
    void portInUseIsNamed() {
        assertThatThrownBy(() -> start(server.port()).close())
                .isInstanceOf(BindException.class)
                .hasMessageContaining(
                        "cannot listen on 127.0.0.1:" + server.port()
                                + " (gateway.admin): another program uses it; stop that one, or set gateway.admin.port to another");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://" + HOST + ":" + server.port() + path);
    }

    private static String head(String methodAndPath, String... fields) {
        return methodAndPath + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    }

    /** Sends bytes and reads until the server closes. */
    private String raw(String request) throws IOException {
        // a reset instead of an orderly close is a close as well
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.getInputStream().transferTo(answers);
        } catch (SocketException e) {
            return answers.toString(UTF_8);
        }
        return answers.toString(UTF_8);
    }
}
