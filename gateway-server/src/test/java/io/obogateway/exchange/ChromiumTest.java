package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.http.JsonWriter;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.EchoServer;
import io.obogateway.wire.Pki;
import io.obogateway.wire.Program;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page in a real browser, of another origin than the gateway's: what its script gets to see. */
class ChromiumTest {
    private static final String CLAIMS = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> uncalled = new ConcurrentLinkedQueue<>();
    private FakeEntra entra;
    private PageServer page;
    private EchoServer echo;
    private HttpServer upstream;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Program.isInstalled("chromium"), "a browser's view needs chromium (Debian: chromium) on the PATH");
        entra = FakeEntra.start();
        entra.whenScope("api://strict/.default").answer(Answer.interactionRequired(CLAIMS));
        page = new PageServer();
        echo = new EchoServer(null);
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(threads);
        upstream.createContext("/", this::answer);
        upstream.createContext("/people/events", this::events);
        upstream.createContext("/open/events", this::events);
        upstream.start();
    }

    @AfterEach
    void stop() {
        if (upstream != null) {
            upstream.stop(0);
            echo.close();
            page.close();
            entra.close();
        }
        threads.shutdownNow();
    }

    @Test
    void aPageOfAnotherOriginUsesTheGatewayInPlainText() throws Exception {
        try (GatewayServer gateway = gateway("")) {
            look("http://127.0.0.1:" + gateway.port(), "http/1.1");
        }
    }

    @Test
    void aPageOfAnotherOriginUsesTheGatewayOverTlsByHttp2() throws Exception {
        Pki.write(folder, new Pki().issue("gateway", "127.0.0.1"));
        try (GatewayServer gateway = gateway("""
                gateway.listen.tls { certificate-file = "%s", private-key-file = "%s" }
                """.formatted(folder.resolve("tls.crt"), folder.resolve("tls.key")))) {
            look("https://127.0.0.1:" + gateway.port(), "h2");
        }
    }

    private GatewayServer gateway(String more) {
        String url = "http://127.0.0.1:" + upstream.getAddress().getPort();
        return Gateways.start(Gateways.conf(entra, url) + """
                gateway.routes {
                  people.cors.origins = ["%1$s"]
                  open.cors.origins = ["%1$s"]
                  strict { path = "/strict/**", upstream = "%2$s", scope = "api://strict/.default", cors.origins = ["%1$s"] }
                  closed { path = "/closed/**", upstream = "%2$s", scope = "api://people/.default", cors.origins = ["https://app.example.com"] }
                  shut { path = "/shut/**", upstream = "%2$s", grant = anonymous, cors.origins = ["https://app.example.com"] }
                  chat { path = "/chat", upstream = "http://127.0.0.1:%3$d", grant = anonymous }
                }
                """.formatted(page.origin(), url, echo.port()) + more);
    }

    private void look(String gateway, String protocol) throws Exception {
        page.show(resource("page.html")
                .replace("GATEWAY", gateway)
                .replace("TOKEN", entra.employeeToken().employee("Ada").issue()));
        String output = Program.run(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--ignore-certificate-errors",
                "--user-data-dir=" + folder.resolve("profile"),
                "--screenshot=" + folder.resolve("page.png"),
                page.origin() + "/"));

        assertThat(page.report().lines())
                .as(output)
                .containsExactly(
                        "a token and a field of its own: 200 GET Ada curiosity from " + page.origin(),
                        "another method with content: 200 PUT Ada {\"name\":\"Ada\"}",
                        "no token: 401 Bearer token_missing",
                        "a claims challenge: 401 insufficient_claims " + CLAIMS,
                        "a field that is not exposed: null",
                        "an origin that is not allowed, with a token: TypeError",
                        "an origin that is not allowed, without: TypeError",
                        "a stream of events with a token: id: 1, data: one | id: 2, data: two",
                        "an EventSource: 1 one | 2 two",
                        "a WebSocket: echo hello 200000 bye, 1000 true",
                        "spoken: " + protocol);
        assertThat(uncalled)
                .as("requests that the browser should not have sent")
                .isEmpty();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ChromiumTest.class.getResourceAsStream(name)) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Says what it was asked and for whom. */
    private void answer(HttpExchange exchange) throws IOException {
        String content = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (exchange.getRequestURI().getPath().startsWith("/closed/")
                || exchange.getRequestMethod().equals("OPTIONS")) {
            uncalled.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        }
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        seen.put("method", exchange.getRequestMethod());
        seen.put("name", name(exchange));
        seen.put("reason", exchange.getRequestHeaders().getFirst("X-Reason"));
        seen.put("origin", exchange.getRequestHeaders().getFirst("Origin"));
        seen.put("content", content);
        byte[] body = JsonWriter.write(seen).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Secret", "not for pages");
        exchange.getResponseHeaders().set("Timing-Allow-Origin", "*");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static @Nullable String name(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
            return null;
        }
        try {
            return SignedJWT.parse(authorization.substring("Bearer ".length()))
                    .getJWTClaimsSet()
                    .getStringClaim("name");
        } catch (ParseException e) {
            throw new IOException(e);
        }
    }

    /** Two events; the second only when the page says that it has seen the first. */
    private void events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write("id: 1\ndata: one\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        if (page.pageHasSeen()) {
            exchange.getResponseBody().write("id: 2\ndata: two\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            page.pageHasSeen();
        }
        exchange.close();
    }
}
