package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.Cors;
import io.obogateway.route.RateLimit;
import io.obogateway.server.GatewayServer;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is told, byte for byte. */
class CorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String APP = "https://app.example";
    private static final Cors ONE = new Cors(Set.of(APP));
    private static final RateLimit ONE_A_DAY = new RateLimit(1, Duration.ofDays(1), RateLimit.Key.ADDRESS);

    private RawUpstream upstream;
    private GatewayServer gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
        String url = upstream.url();
        gateway = TestGateway.start(
                new GatewayConfig.Listen("127.0.0.1", 0),
                new GatewayConfig.Timeouts(PATIENCE, PATIENCE, TestGateway.SHORT),
                TestGateway.route(url, "/one", Set.of(), ONE, null),
                TestGateway.route(url, "/some", Set.of("PUT", "GET"), ONE, null),
                TestGateway.route(url, "/any", Set.of(), new Cors(Set.of("*")), null),
                TestGateway.route(url, "/limited", Set.of(), ONE, ONE_A_DAY),
                TestGateway.route(url, "/none", Set.of(), null, null));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private String answer(String request) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send(request);
            String answer = client.message();
            assertThat(upstream.waiting()).isZero();
            return answer;
        }
    }

    private String forwarded(String request, String response) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send(request);
            RawConnection peer = upstream.accept();
            peer.message();
            peer.send(response);
            return client.message();
        }
    }

    private static String preflight(String path, String origin, String method) {
        return "OPTIONS " + path + " HTTP/1.1\r\nHost: a\r\nOrigin: " + origin + "\r\nAccess-Control-Request-Method: "
                + method + "\r\n\r\n";
    }

    private static String get(String path, String origin) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nOrigin: " + origin + "\r\n\r\n";
    }

    @Test
    void preflightIsAnsweredHere() {
        assertThat(answer("OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: " + APP
                        + "\r\nAccess-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: authorization,x-a\r\n"
                        + "Access-Control-Request-Headers: X-B ,\r\n\r\n"))
                .startsWith("HTTP/1.1 204 No Content\r\n")
                .contains(
                        "\r\naccess-control-allow-origin: " + APP + "\r\n",
                        "\r\naccess-control-allow-methods: DELETE\r\n",
                        "\r\naccess-control-allow-headers: authorization, x-a, X-B\r\n",
                        "\r\naccess-control-max-age: 1800\r\n",
                        "\r\nvary: Origin\r\n",
                        "\r\nvary: Access-Control-Request-Method, Access-Control-Request-Headers\r\n")
                .doesNotContain("content-length", "transfer-encoding", "connection", "credentials");
    }

    @Test
    void preflightSaysTheRoutesMethods() {
        assertThat(answer(preflight("/some", APP, "PUT")))
                .startsWith("HTTP/1.1 204 ")
                .contains("\r\naccess-control-allow-methods: GET, PUT\r\n")
                .doesNotContain("access-control-allow-headers");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example", "null", "http://app.example", "https://app.example:8443", "https://APP.example"
    })
    void preflightOfAnotherOriginIsRefused(String origin) {
        assertThat(answer(preflight("/one", origin, "GET")))
                .startsWith("HTTP/1.1 403 ")
                .contains("\"code\":\"origin_not_allowed\"", "\"route\":\"one\"", "\r\nvary: Origin\r\n")
                .doesNotContain("access-control-", "www-authenticate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null"})
    void anyOriginMayBeAllowed(String origin) {
        assertThat(answer(preflight("/any", origin, "GET")))
                .startsWith("HTTP/1.1 204 ")
                .contains("\r\naccess-control-allow-origin: *\r\n")
                .doesNotContain("vary: Origin");
    }

    @ParameterizedTest
    @CsvSource({"a b", "@", "a;b", "a:b"})
    void whatIsNoFieldNameIsRefused(String name) {
        assertThat(answer("OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: " + APP
                        + "\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: " + name
                        + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("access-control-");
    }

    @Test
    void whatIsNoMethodIsRefused() {
        assertThat(answer(preflight("/one", APP, "G T")))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("access-control-");
        assertThat(answer(preflight("/one", APP, "TRACE"))).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void preflightOfAMethodThatNoRouteTakesIsARequestAsAny() {
        assertThat(answer(preflight("/some", APP, "DELETE")))
                .startsWith("HTTP/1.1 405 ")
                .doesNotContain("access-control-");
        assertThat(answer(preflight("/nowhere", APP, "GET")))
                .startsWith("HTTP/1.1 404 ")
                .doesNotContain("access-control-");
    }

    @Test
    void routeWithoutCorsForwardsPreflightsAndAnswers() {
        assertThat(forwarded(
                        preflight("/none", APP, "GET"),
                        "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: https://x\r\n\r\n"))
                .contains("\r\nAccess-Control-Allow-Origin: https://x\r\n")
                .doesNotContain(APP, "vary");
    }

    @Test
    void otherOptionsRequestsAreForwarded() {
        assertThat(forwarded(
                        "OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: " + APP + "\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n"))
                .contains("\r\nAllow: GET\r\n", "\r\naccess-control-allow-origin: " + APP + "\r\n");
    }

    @Test
    void oneHandSetsTheFieldsOfAForwardedResponse() {
        assertThat(
                        forwarded(
                                get("/one", APP),
                                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVary: Accept\r\nAccess-Control-Allow-Origin: *\r\n"
                                        + "Access-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: X-Total\r\n\r\n"))
                .contains(
                        "\r\naccess-control-allow-origin: " + APP + "\r\n",
                        "\r\naccess-control-expose-headers: WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy,"
                                + " X-Total\r\n",
                        "\r\nVary: Accept\r\n",
                        "\r\nvary: Origin\r\n")
                .doesNotContain("*", "redentials");
    }

    @Test
    void requestOfAnotherOriginIsForwardedAndItsPageReadsNothing() {
        assertThat(forwarded(
                        get("/one", "https://evil.example"),
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\nvary: Origin\r\n")
                .doesNotContain("ccess-");
        assertThat(forwarded(
                        "GET /one HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVary: Accept, Origin\r\n\r\n"))
                .doesNotContain("ccess-", "vary: Origin");
    }

    @Test
    void pageReadsARefusalToo() {
        forwarded(get("/limited", APP), "HTTP/1.1 204 No Content\r\n\r\n");

        assertThat(answer(get("/limited", APP)))
                .startsWith("HTTP/1.1 429 ")
                .contains(
                        "\r\naccess-control-allow-origin: " + APP + "\r\n", "\r\naccess-control-expose-headers: WWW-");
        assertThat(answer(preflight("/limited", APP, "GET"))).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void pageReadsThatTheServiceFailed() {
        assertThat(forwarded(get("/one", APP), "HTTP/1.1 999999\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("\r\naccess-control-allow-origin: " + APP + "\r\n");
    }

    @Test
    void malformedRequestGetsNoFields() {
        assertThat(answer("GET /one HTTP/1.1\r\nHost: a\r\nOrigin: " + APP + "\r\nContent-Length: x\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("access-control-");
    }

    @Test
    void connectionIsKeptAfterAPreflight() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send(preflight("/one", APP, "GET") + preflight("/one", APP, "PUT"));

            assertThat(client.head()).contains("\r\naccess-control-allow-methods: GET\r\n");
            assertThat(client.head()).contains("\r\naccess-control-allow-methods: PUT\r\n");
        }
    }
}
