package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.HealthCheck;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An upstream with several addresses: who gets a request, and what happens when one fails. */
class BalanceTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void roundRobinGoesRound() {
        NamedService a = open(new NamedService());
        NamedService b = open(new NamedService());
        NamedService c = open(new NamedService());
        RawConnection client = client(gateway(Balance.ROUND_ROBIN, null, 1, a, b, c));

        get(client, 30);

        assertThat(List.of(a.count(), b.count(), c.count())).containsOnly(10);
    }

    @Test
    void leastRequestLeavesOutWhoIsBusy() {
        NamedService quick = open(new NamedService());
        RawUpstream silent = open(new RawUpstream());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 0, quick.url(), silent.url()), 1);
        RawConnection client = client(gateway);
        Eventually.holds(() -> {
            boolean oneHangs = silent.waiting() > 0;
            if (!oneHangs) {
                client(gateway).send(GET);
            }
            return oneHangs;
        });
        int before = quick.count();

        get(client, 50);

        assertThat(quick.count() - before).isEqualTo(50);
    }

    @Test
    void everyRequestIsAnsweredAlthoughAnAddressIsDead() {
        NamedService a = open(new NamedService());
        NamedService dead = open(new NamedService());
        dead.close();
        RawConnection client = client(gateway(Balance.ROUND_ROBIN, null, 1, a, dead));

        get(client, 20);
        for (int i = 0; i < 20; i++) { // nothing was sent to who cannot be reached: any method may go elsewhere
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        }

        assertThat(a.count()).isEqualTo(40);
        assertThat(a.requests())
                .allSatisfy(request -> assertThat(request).containsIgnoringCase("\r\nhost: 127.0.0.1:" + a.port()));
        assertThat(a.requests().get(39)).endsWith("\r\n\r\nabc");
    }

    @Test
    void aDeadAddressIsEjectedAndComesBack() {
        NamedService a = open(new NamedService());
        NamedService b = open(new NamedService());
        GatewayServer gateway = gateway(Balance.ROUND_ROBIN, null, 1, a, b);
        RawConnection client = client(gateway);
        b.close();
        get(client, 20);
        assertThat(Gauge.of(gateway, "gateway_upstream_healthy{address=\"" + b.url() + "\"}")
                        .now())
                .isZero();
        assertThat(Gauge.of(gateway, "gateway_upstream_ejections_total{address=\"" + b.url() + "\"}")
                        .now())
                .isEqualTo(1);

        b.reopen();

        int before = b.count();
        Eventually.holds(() -> {
            get(client, 1);
            return b.count() > before + 5;
        });
    }

    @Test
    void theCircuitOfASingleAddressOpensAtOnceAndClosesWithinASecond() {
        NamedService only = open(new NamedService());
        RawConnection client = client(gateway(Balance.LEAST_REQUEST, null, 1, only));
        get(client, 1);
        only.close();
        String refusal = "";
        for (int i = 0; i < 10; i++) {
            client.send(GET);
            refusal = client.message();
            assertThat(refusal)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"upstream_unavailable\"", "retry-after: 1\r\n")
                    .doesNotContain(String.valueOf(only.port()));
        }
        assertThat(refusal).contains("no request is sent to it for the moment");
        only.reopen();
        long reopened = System.nanoTime();

        Eventually.holds(() -> {
            client.send(GET);
            return client.message().startsWith("HTTP/1.1 200 ");
        });
        assertThat(Duration.ofNanos(System.nanoTime() - reopened)).isLessThan(Duration.ofMillis(1500));
    }

    @Test
    void aServiceThatAnswersWithErrorsIsNotEjected() {
        NamedService failing = open(new NamedService(request -> "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"));
        RawConnection client = client(gateway(Balance.LEAST_REQUEST, null, 1, failing));

        for (int i = 0; i < 20; i++) {
            client.send(GET);
            assertThat(client.message()).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void aHealthCheckMovesTheRequests() {
        boolean[] well = {true};
        NamedService a = open(new NamedService());
        NamedService b = open(new NamedService(request -> request.startsWith("GET /health ") && !well[0]
                ? "HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n"
                : NamedService.ok("b")));
        HealthCheck check = new HealthCheck("/health", Duration.ofMillis(50), Duration.ofSeconds(5));
        GatewayServer gateway = gateway(Balance.ROUND_ROBIN, check, 1, a, b);
        RawConnection client = client(gateway);
        Gauge healthy = Gauge.of(gateway, "gateway_upstream_healthy{address=\"" + b.url() + "\"}");
        healthy.becomes(1);

        well[0] = false;
        healthy.becomes(0);
        for (int i = 0; i < 10; i++) {
            client.send(GET);
            assertThat(client.message()).endsWith(String.valueOf(a.port()));
        }

        well[0] = true;
        healthy.becomes(1);
        get(client, 2);
        assertThat(b.requests()).last().asString().startsWith("GET / ");
        assertThat(b.requests())
                .filteredOn(request -> request.startsWith("GET /health "))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request).doesNotContainIgnoringCase("authorization"));
    }

    @Test
    void aBrokenIdempotentRequestGoesWholeToAnotherAddress() {
        NamedService a = open(new NamedService());
        NamedService breaking = open(new NamedService(request -> null));
        RawConnection client = client(gateway(Balance.ROUND_ROBIN, null, 1, breaking, a));

        client.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n3\r\ndef\r\n0\r\nX-Sum: 1\r\n\r\n");

        assertThat(client.message()).endsWith(String.valueOf(a.port()));
        assertThat(breaking.count()).isEqualTo(1);
        assertThat(a.requests()).hasSize(1);
        assertThat(a.requests().get(0))
                .startsWith("PUT /x HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nhost: 127.0.0.1:" + a.port() + "\r\n")
                .contains("abc", "def")
                .endsWith("0\r\nX-Sum: 1\r\n\r\n");
    }

    @Test
    void aPostIsNotSentAgainOnceItWasSent() {
        NamedService a = open(new NamedService());
        NamedService breaking = open(new NamedService(request -> null));
        RawConnection client = client(gateway(Balance.ROUND_ROBIN, null, 3, breaking, a));

        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\"code\":\"upstream_invalid\"");
        assertThat(a.count()).isZero();
    }

    @Test
    void withoutRetriesNothingIsSentAgain() {
        NamedService a = open(new NamedService());
        NamedService breaking = open(new NamedService(request -> null));
        RawConnection client = client(gateway(Balance.ROUND_ROBIN, null, 0, breaking, a));

        client.send(GET);

        assertThat(client.message()).startsWith("HTTP/1.1 502 ");
        assertThat(a.count()).isZero();
    }

    @Test
    void aServiceThatBreaksEverythingGetsATenthMoreAndAFew() {
        int[] turn = {0};
        // answers now and then, so that it is not ejected
        NamedService a = open(new NamedService(request -> turn[0]++ % 4 == 0 ? NamedService.ok("a") : null));
        NamedService b = open(new NamedService(request -> turn[0]++ % 4 == 2 ? NamedService.ok("b") : null));
        GatewayServer gateway = gateway(Balance.ROUND_ROBIN, null, 1, a, b);
        RawConnection client = client(gateway);

        for (int i = 0; i < 200; i++) {
            client.send(GET);
            client.message();
        }

        int freeRetries = 200; // of kept connections, one each
        assertThat(Gauge.of(gateway, "gateway_upstream_retries_total{upstream=\"" + a.url() + "\"}")
                        .now())
                .isBetween(3, 23);
        assertThat(a.count() + b.count()).isLessThanOrEqualTo(223 + freeRetries);
        assertThat(Gauge.of(gateway, "gateway_upstream_retry_budget_exhausted_total{upstream=\"" + a.url() + "\"}")
                        .now())
                .isPositive();
    }

    @Test
    void requestsBeyondMaxConnectionsWaitForOneToBecomeFree() {
        RawUpstream silent = open(new RawUpstream());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 1, silent.url()), 1);
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) { // on both event loops
            clients.add(client(gateway).send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        Gauge.inFlight(gateway).becomes(4);
        Gauge connections = Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + silent.url() + "\"}");
        connections.becomes(1);

        RawConnection standing = silent.accept();
        for (int served = 0; served < 4; served++) {
            assertThat(silent.waiting()).isZero();
            String request;
            try {
                request = standing.head();
            } catch (AssertionError closedForAnotherLoop) {
                standing = silent.accept();
                request = standing.head();
            }
            assertThat(request).startsWith("GET /");
            standing.send(NamedService.ok("x"));
        }
        clients.forEach(client -> assertThat(client.message()).startsWith("HTTP/1.1 200 "));
        assertThat(connections.now()).isEqualTo(1);
    }

    @Test
    void anIdleConnectionOfAnotherEventLoopGivesUpItsSlot() {
        NamedService service = open(new NamedService());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 1, service.url()), 1);
        for (int i = 0; i < 4; i++) { // on one event loop after the other; each leaves its connection idle
            get(client(gateway), 1);
        }
        assertThat(service.connections()).isGreaterThan(1);
    }

    @Test
    void whoWaitsTooLongForAConnectionIsRefused() {
        RawUpstream silent = open(new RawUpstream());
        Route route = TestGateway.route(
                upstream(Balance.LEAST_REQUEST, null, 1, silent.url()),
                new RouteTimeouts(TestGateway.SHORT, LONG, LONG),
                1);
        GatewayServer gateway = open(TestGateway.start(route, new GatewayConfig.Timeouts(LONG, LONG, LONG), 100));
        RawConnection first = client(gateway).send(GET);
        RawConnection holder = silent.accept();
        holder.head();

        RawConnection second = client(gateway).send(GET);

        assertThat(second.message())
                .startsWith("HTTP/1.1 503 ")
                .contains("\"code\":\"overloaded\"", "retry-after: 1\r\n");
        holder.send(NamedService.ok("x"));
        assertThat(first.message()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoLeavesWhileWaitingForAConnectionLeavesItToOthers() {
        RawUpstream silent = open(new RawUpstream());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 1, silent.url()), 1);
        RawConnection first = client(gateway).send(GET);
        RawConnection holder = silent.accept();
        holder.head();
        for (int i = 0; i < 4; i++) {
            RawConnection leaving = client(gateway).send(GET);
            Gauge.inFlight(gateway).becomes(2);
            leaving.reset();
            Gauge.inFlight(gateway).becomes(1);
        }

        holder.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
        assertThat(first.message()).startsWith("HTTP/1.1 200 ");
        RawConnection next = client(gateway).send(GET);

        RawConnection peer = silent.accept();
        while (true) { // opened for those who left, perhaps on the other event loop
            try {
                peer.head();
                break;
            } catch (AssertionError closedUnused) {
                peer = silent.accept();
            }
        }
        peer.send(NamedService.ok("x"));
        assertThat(next.message()).startsWith("HTTP/1.1 200 ");
        Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + silent.url() + "\"}")
                .becomes(1);
    }

    @Test
    void contentThatIsHeldGoesOutAgainWhenItsKeptConnectionDies() {
        RawUpstream upstream = open(new RawUpstream());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 0, upstream.url()), 0);
        RawConnection client = client(gateway).send(GET);
        RawConnection kept = upstream.accept();
        kept.head();
        kept.send(NamedService.ok("x"));
        client.message();

        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        kept.message();
        kept.close();

        RawConnection again = upstream.accept();
        assertThat(again.message()).startsWith("PUT / ").endsWith("\r\n\r\nabc");
        again.send(NamedService.ok("x"));
        assertThat(client.message()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aKeptConnectionThatItsServiceClosedIsNeverPicked() {
        RawUpstream upstream = open(new RawUpstream());
        GatewayServer gateway = start(upstream(Balance.LEAST_REQUEST, null, 0, upstream.url()), 0);
        Gauge connections = Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + upstream.url() + "\"}");
        RawConnection client = client(gateway);
        for (int i = 0; i < 5; i++) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            RawConnection peer = upstream.accept();
            peer.message();
            peer.send(NamedService.ok("x"));
            assertThat(client.message()).startsWith("HTTP/1.1 200 "); // and no 502, which a POST would get
            peer.close();
            connections.becomes(0);
        }
    }

    private static void get(RawConnection client, int times) {
        for (int i = 0; i < times; i++) {
            client.send(GET);
            assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        }
    }

    private GatewayServer gateway(
            Balance balance, @Nullable HealthCheck health, int retries, NamedService... services) {
        String[] urls = List.of(services).stream().map(NamedService::url).toArray(String[]::new);
        return start(upstream(balance, health, 0, urls), retries);
    }

    private static Upstream upstream(
            Balance balance, @Nullable HealthCheck health, int maxConnections, String... urls) {
        return new Upstream(
                List.of(urls).stream().map(URI::create).toList(),
                balance,
                Protocol.HTTP1,
                null,
                health,
                maxConnections,
                false);
    }

    private GatewayServer start(Upstream upstream, int retries) {
        return open(TestGateway.start(
                TestGateway.route(upstream, new RouteTimeouts(LONG, LONG, LONG), retries),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000));
    }

    private RawConnection client(GatewayServer gateway) {
        return open(RawConnection.to(gateway.port()));
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }
}
