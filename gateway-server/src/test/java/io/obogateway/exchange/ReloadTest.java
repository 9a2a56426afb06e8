package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.obogateway.config.ConfigSource;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.Eventually;
import io.obogateway.wire.Gauge;
import io.obogateway.wire.Pki;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.RawUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running gateway whose configuration files change. */
class ReloadTest {
    @TempDir
    private Path folder;

    private FakeEntra entra;
    private DownstreamApi api;
    private GatewayServer gateway;
    private Caller caller;

    @BeforeEach
    void start() throws IOException {
        entra = FakeEntra.start();
        api = new DownstreamApi();
        Files.writeString(folder.resolve("1-base.conf"), Gateways.PORTS + Gateways.conf(entra, api.url()));
        start(folder);
    }

    private void start(Path config) throws IOException {
        gateway = GatewayServer.start(
                new ConfigSource(List.of(config), Map.of()), OutputStream.nullOutputStream(), false);
        caller = new Caller(gateway.port());
    }

    @AfterEach
    void stop() {
        gateway.close();
        api.close();
        entra.close();
    }

    @Test
    void aRouteInANewFileServesWithoutAnybodyAskingForIt() throws IOException {
        assertThat(caller.get("/more/1", null).statusCode()).isEqualTo(404);

        Files.writeString(folder.resolve("2-more.conf"), openRoute("more"));

        Eventually.holds(() -> caller.get("/more/1", null).statusCode() == 200);
    }

    @Test
    void noConnectionIsDropped() throws Exception {
        try (RawConnection kept = RawConnection.to(gateway.port())) {
            kept.send("GET /more/ HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(kept.message()).startsWith("HTTP/1.1 404 ");
            Files.writeString(folder.resolve("2-more.conf"), openRoute("more"));

            assertThat(reload().statusCode()).isEqualTo(200);

            kept.send("GET /more/ HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(kept.message()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aBadConfigurationIsReportedAndTheOldOneServes() throws Exception {
        Files.writeString(folder.resolve("2-bad.conf"), "gateway.routes.bad { paht = \"/x\" }");

        HttpResponse<String> answer = reload();

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .contains(
                        "\"status\":\"rejected\"",
                        "2-bad.conf:1: gateway.routes.bad.paht",
                        "did you mean \\\"path\\\"?");
        assertThat(caller.get("/open/", null).statusCode()).isEqualTo(200);
        assertThat(metrics()).contains("gateway_config_reloads_total{outcome=\"rejected\"} ");
        assertThat(admin("/isready")).contains("the configuration in the files cannot be used");

        Files.delete(folder.resolve("2-bad.conf"));
        assertThat(reload().statusCode()).isEqualTo(200);
        assertThat(admin("/isready")).contains("\"warnings\":[]");
    }

    @Test
    void aFileNestedWithoutEndIsNotTheLastThatIsRead() throws Exception {
        Path file = Files.writeString(folder.resolve("2-deep.conf"), "a = " + "[".repeat(200_000));
        assertThat(reload().statusCode()).isEqualTo(422);

        Files.delete(file);
        assertThat(reload().statusCode()).isEqualTo(200);
    }

    @Test
    void aRepairedConfigurationServes() throws Exception {
        Path file = folder.resolve("2-more.conf");
        Files.writeString(file, openRoute("more").replace("path", "paht"));
        assertThat(reload().statusCode()).isEqualTo(422);

        Files.writeString(file, openRoute("more"));

        Eventually.holds(() -> caller.get("/more/1", null).statusCode() == 200);
    }

    @Test
    void whatTheSocketsAreMadeOfNeedsARestartAndIsNamed() throws Exception {
        Files.writeString(
                folder.resolve("2-ports.conf"), "gateway { listen.host = \"0.0.0.0\", admin.port = 1, threads = 3 }");

        assertThat(reload().body())
                .contains("\"status\":\"reloaded\"", "\"restartNeeded\":[\"threads\",\"listen.host\",\"admin.port\"]");
    }

    @Test
    void keysAndTokensStayWarm() throws Exception {
        String inbound = entra.employeeToken().issue();
        assertThat(caller.get("/people/1", inbound).statusCode()).isEqualTo(200);
        Files.writeString(folder.resolve("2-more.conf"), openRoute("more"));
        entra.close(); // nobody is there to ask any more

        assertThat(reload().statusCode()).isEqualTo(200);

        assertThat(caller.get("/people/1", inbound).statusCode()).isEqualTo(200);
        assertThat(caller.get("/more/1", null).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenThatIsNoLongerAcceptedIsRefusedThoughItWasSeenBefore() throws Exception {
        String inbound = entra.employeeToken().issue();
        assertThat(caller.get("/people/1", inbound).statusCode()).isEqualTo(200);
        Files.writeString(folder.resolve("2-strict.conf"), "gateway.issuers.entra.audiences = [\"somebody-else\"]");

        assertThat(reload().statusCode()).isEqualTo(200);

        assertThat(caller.get("/people/1", inbound).statusCode()).isEqualTo(401);
    }

    @Test
    void anotherScopeGetsAnotherToken() throws Exception {
        String inbound = entra.employeeToken().issue();
        assertThat(caller.get("/people/1", inbound).body()).contains("\"aud\":\"api://people\"");
        Files.writeString(folder.resolve("2-scope.conf"), "gateway.routes.people.scope = \"api://staff/.default\"");

        assertThat(reload().statusCode()).isEqualTo(200);

        assertThat(caller.get("/people/1", inbound).body()).contains("\"aud\":\"api://staff\"");
    }

    @Test
    void aRequestInFlightEndsUnderTheConfigurationItBeganWith() throws Exception {
        try (RawUpstream slow = new RawUpstream();
                RawConnection client = RawConnection.to(gateway.port())) {
            Path file = folder.resolve("2-more.conf");
            Files.writeString(file, openRoute("more").replace(api.url(), slow.url()));
            assertThat(reload().statusCode()).isEqualTo(200);
            client.send("GET /more/ HTTP/1.1\r\nHost: a\r\n\r\n");
            RawConnection upstream = slow.accept();
            upstream.message();
            Files.delete(file);

            assertThat(reload().statusCode()).isEqualTo(200);
            upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

            assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            assertThat(caller.get("/more/", null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anAddressThatIsTakenAwayEndsItsRequestsAndGetsNoMore() throws Exception {
        try (RawUpstream stays = new RawUpstream();
                RawUpstream leaves = new RawUpstream();
                RawConnection one = RawConnection.to(gateway.port());
                RawConnection other = RawConnection.to(gateway.port())) {
            Path file = folder.resolve("2-more.conf");
            String route = """
                    gateway.routes.more {
                      path = "/more/**", grant = anonymous
                      upstream { urls = [%s], balance = round-robin, max-connections = 2 }
                    }
                    """;
            Files.writeString(file, route.formatted("\"" + stays.url() + "\", \"" + leaves.url() + "\""));
            assertThat(reload().statusCode()).isEqualTo(200);
            one.send("GET /more/one HTTP/1.1\r\nHost: a\r\n\r\n");
            RawConnection staying = stays.accept();
            staying.message();
            other.send("GET /more/other HTTP/1.1\r\nHost: a\r\n\r\n");
            RawConnection leaving = leaves.accept();
            leaving.message();
            Files.writeString(file, route.formatted("\"" + stays.url() + "\""));

            assertThat(reload().statusCode()).isEqualTo(200);
            for (RawConnection upstream : List.of(staying, leaving)) {
                upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }

            assertThat(one.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            assertThat(other.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            for (RawConnection client : List.of(one, other)) {
                client.send("GET /more/again HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (int i = 0; i < 2; i++) { // both at once, to the only address: connections of its new upstream
                RawConnection upstream = stays.accept();
                upstream.message();
                upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
            assertThat(one.message()).startsWith("HTTP/1.1 200 ");
            assertThat(other.message()).startsWith("HTTP/1.1 200 ");
            assertThat(leaves.waiting()).isZero();
            Gauge.inFlight(gateway).becomes(0);
        }
    }

    @Test
    void theSwapOfAConfigMapIsSeen() throws IOException {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        version(mount, "..v1", Gateways.PORTS + Gateways.conf(entra, api.url()));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(mount.resolve("gateway.conf"), Path.of("..data", "gateway.conf"));
        gateway.close();
        start(mount);

        version(mount, "..v2", Gateways.PORTS + Gateways.conf(entra, api.url()) + openRoute("more"));
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..v2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        Eventually.holds(() -> caller.get("/more/1", null).statusCode() == 200);
    }

    private static void version(Path mount, String name, String content) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(name)).resolve("gateway.conf"), content);
    }

    @Test
    void newLimitsOfARequestHoldConnectionsThatOpenAfterwards() throws Exception {
        String longLine = "GET /open/" + "x".repeat(2000) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        String longHead = "GET /open/ HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(2000) + "\r\n\r\n";
        try (RawConnection before = RawConnection.to(gateway.port())) {
            assertThat(before.send(longLine).message()).startsWith("HTTP/1.1 200 ");
            Files.writeString(
                    folder.resolve("2-limits.conf"), "gateway.limits { request-line = 1KiB, headers = 1KiB }");

            assertThat(reload().body()).contains("\"restartNeeded\":[]");

            assertThat(answer(longLine)).startsWith("HTTP/1.1 414 ");
            assertThat(answer(longHead)).startsWith("HTTP/1.1 431 ");
            assertThat(before.send(longHead).message()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void newDeadlinesOfAClientHoldConnectionsThatOpenAfterwards() throws Exception {
        Files.writeString(
                folder.resolve("2-deadlines.conf"), "gateway.timeouts { request-headers = 300ms, idle = 300ms }");

        assertThat(reload().body()).contains("\"restartNeeded\":[]");

        assertThat(answer("GET /open/ HTTP/1.1\r\nHost:")).startsWith("HTTP/1.1 408 ");
        try (RawConnection idle = RawConnection.to(gateway.port())) {
            assertThat(idle.closedByPeer()).isTrue();
        }
    }

    @Test
    void aNewLimitOfHeadersHoldsTheConnectionsToUpstreamsThatOpenAfterwards() throws Exception {
        String response =
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\nX: " + "x".repeat(2000) + "\r\n\r\n";
        try (RawUpstream upstream = new RawUpstream()) {
            Files.writeString(folder.resolve("2-more.conf"), openRoute("more").replace(api.url(), upstream.url()));
            reload();
            assertThat(answeredBy(upstream, response)).startsWith("HTTP/1.1 200 ");
            Files.writeString(folder.resolve("3-limits.conf"), "gateway.limits.headers = 1KiB");

            assertThat(reload().body()).contains("\"restartNeeded\":[]");

            assertThat(answeredBy(upstream, response)).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void whoIsTrustedChangesForConnectionsThatOpenAfterwards() throws Exception {
        Pki theirs = new Pki();
        HttpsServer upstream = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setHttpsConfigurator(new HttpsConfigurator(theirs.context(theirs.issue("people", "localhost"))));
        upstream.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        upstream.start();
        try {
            String url = "https://localhost:" + upstream.getAddress().getPort();
            Files.writeString(folder.resolve("2-more.conf"), openRoute("more").replace(api.url(), url));
            reload();
            assertThat(caller.get("/more/", null).statusCode()).isEqualTo(503);

            trust(theirs);
            Eventually.holds(() -> caller.get("/more/", null).statusCode() == 204);

            trust(new Pki());
            Eventually.holds(() -> caller.get("/more/", null).statusCode() == 503);
        } finally {
            upstream.stop(0);
        }
    }

    private void trust(Pki authority) throws Exception {
        Path file = authority.caFile(Files.createTempDirectory(folder, "trusted"));
        Files.writeString(folder.resolve("3-trust.conf"), "gateway.trust.ca-file = \"" + file + "\"");
        assertThat(reload().body()).contains("\"restartNeeded\":[]");
    }

    /** To a client that has just connected. */
    private String answer(String request) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            return client.send(request).message();
        }
    }

    private String answeredBy(RawUpstream upstream, String response) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET /more/ HTTP/1.1\r\nHost: a\r\n\r\n");
            RawConnection peer = upstream.accept();
            peer.head();
            peer.send(response);
            return client.message();
        }
    }

    @Test
    void onlyPostReloads() throws Exception {
        HttpResponse<String> answer =
                admin(HttpRequest.newBuilder(adminUri("/api/reload")).GET());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    private String openRoute(String name) {
        return "\ngateway.routes.%s { path = \"/%s/**\", upstream = \"%s\", grant = anonymous }\n"
                .formatted(name, name, api.url());
    }

    private HttpResponse<String> reload() throws Exception {
        return admin(HttpRequest.newBuilder(adminUri("/api/reload")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private String metrics() throws Exception {
        return admin("/metrics");
    }

    private String admin(String path) throws Exception {
        return admin(HttpRequest.newBuilder(adminUri(path))).body();
    }

    private static HttpResponse<String> admin(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI adminUri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.adminPort() + path);
    }
}
