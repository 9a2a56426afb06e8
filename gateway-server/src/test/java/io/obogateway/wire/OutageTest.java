package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.HealthCheck;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outages under load: what clients see, and what the service has to bear. */
class OutageTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger ok = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void anAddressThatSwallowsConnectionsCostsTimeAndNoAnswer() throws Exception {
        String hole = blackHole();
        NamedService a = open(new NamedService());
        NamedService b = open(new NamedService());
        RouteTimeouts timeouts = new RouteTimeouts(TestGateway.SHORT, LONG, LONG);
        GatewayServer gateway = start(Balance.LEAST_REQUEST, null, timeouts, 1, hole, a.url(), b.url());

        load(gateway, 4, 100);

        assertThat(refused).hasValue(0);
        assertThat(ok).hasValue(400);
        assertThat(Gauge.of(gateway, "gateway_upstream_healthy{address=\"" + hole + "\"}")
                        .now())
                .isZero();
        Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + hole + "\"}")
                .becomes(a.connections() + b.connections());
    }

    @Test
    void aNameThatIsNotFoundIs503AndTheLogNamesIt() {
        assumeThatCode(() -> InetAddress.getAllByName("nowhere.invalid"))
                .as("some name servers find everything")
                .isInstanceOf(UnknownHostException.class);
        RouteTimeouts timeouts = new RouteTimeouts(TestGateway.SHORT, LONG, LONG);
        GatewayServer gateway = start(Balance.LEAST_REQUEST, null, timeouts, 1, "http://nowhere.invalid");
        try (RawConnection client = RawConnection.to(gateway.port());
                LogLines log = new LogLines()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.message())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"upstream_unavailable\"")
                    .doesNotContain("nowhere");
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .containsPattern("http://nowhere\\.invalid failed: .*nowhere\\.invalid");
        }
        Gauge.of(gateway, "gateway_upstream_connections{upstream=\"http://nowhere.invalid\"}")
                .becomes(0);
    }

    @Test
    void aTotalOutageMultipliesNothing() throws Exception {
        // a connection that breaks behind the request: the costliest failure
        NamedService a = open(new NamedService(request -> null));
        NamedService b = open(new NamedService(request -> null));
        NamedService c = open(new NamedService(request -> null));
        GatewayServer gateway =
                start(Balance.ROUND_ROBIN, null, new RouteTimeouts(LONG, LONG, LONG), 3, a.url(), b.url(), c.url());

        load(gateway, 4, 100);

        assertThat(refused).hasValue(400);
        int arrived = a.count() + b.count() + c.count();
        assertThat(arrived).as("requests that arrived of 400").isLessThanOrEqualTo(60);
        Gauge.inFlight(gateway).becomes(0);
        Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + a.url() + "\"}")
                .becomes(0);
    }

    @Test
    void halfAnOutageGetsATenthMoreAtMost() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        // breaks two of three, never so many in a row that it leaves service for long
        NamedService a = open(new NamedService(request -> turn.incrementAndGet() % 3 == 0 ? closing() : null));
        NamedService b = open(new NamedService(request -> turn.incrementAndGet() % 3 == 0 ? closing() : null));
        GatewayServer gateway =
                start(Balance.ROUND_ROBIN, null, new RouteTimeouts(LONG, LONG, LONG), 5, a.url(), b.url());

        load(gateway, 4, 100);

        assertThat(a.count() + b.count()).as("requests that arrived of 400").isLessThanOrEqualTo(400 + 40 + 3);
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void whileTheCircuitIsOpenOnlyTrialsReachTheServiceAndOneBringsItBack() throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        NamedService only = open(new NamedService(request -> well.get() ? NamedService.ok("x") : null));
        GatewayServer gateway = start(Balance.LEAST_REQUEST, null, new RouteTimeouts(LONG, LONG, LONG), 1, only.url());
        load(gateway, 8, 20);
        long began = System.nanoTime();
        int before = only.count();
        int refusedBefore = refused.get();

        Thread loading = new Thread(() -> loadForEver(gateway, well));
        loading.start();
        Eventually.holds(() -> only.count() >= before + 3);
        Duration threeTrials = Duration.ofNanos(System.nanoTime() - began);
        well.set(true);

        assertThat(threeTrials).as("until three were let through").isGreaterThan(Duration.ofSeconds(1));
        assertThat(refused.get() - refusedBefore).as("requests meanwhile").isGreaterThan(10);
        Eventually.holds(() -> {
            try (RawConnection client = RawConnection.to(gateway.port())) {
                return client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        .message()
                        .startsWith("HTTP/1.1 200 ");
            }
        });
        loading.join(10_000);
        assertThat(loading.isAlive()).isFalse();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void flappingHealthChecksCostNoAnswer() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        List<NamedService> services = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int offset = i;
            services.add(open(new NamedService(request ->
                    request.startsWith("GET /health ") && (checks.incrementAndGet() / 5 + offset) % 2 == 0
                            ? "HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n"
                            : NamedService.ok("x"))));
        }
        HealthCheck check = new HealthCheck("/health", Duration.ofMillis(5), Duration.ofSeconds(5));
        GatewayServer gateway = start(
                Balance.LEAST_REQUEST,
                check,
                new RouteTimeouts(LONG, LONG, LONG),
                1,
                services.stream().map(NamedService::url).toArray(String[]::new));

        load(gateway, 4, 200);

        assertThat(refused).hasValue(0);
        assertThat(ok).hasValue(800);
        Gauge.inFlight(gateway).becomes(0);
    }

    private static String closing() {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";
    }

    /** Where nobody answers: its queue of connections is full. */
    private String blackHole() throws IOException {
        ServerSocket full = open(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 3; i++) {
            Socket socket = open(new Socket());
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 200);
            } catch (IOException isFull) {
                break;
            }
        }
        return "http://127.0.0.1:" + full.getLocalPort();
    }

    private void load(GatewayServer gateway, int clients, int requests) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < clients; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < requests; i++) {
                    ask(gateway);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private void loadForEver(GatewayServer gateway, AtomicBoolean end) {
        while (!end.get()) {
            ask(gateway);
        }
    }

    private void ask(GatewayServer gateway) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            (client.message().startsWith("HTTP/1.1 200 ") ? ok : refused).incrementAndGet();
        }
    }

    private GatewayServer start(
            Balance balance, @Nullable HealthCheck health, RouteTimeouts timeouts, int retries, String... urls) {
        Upstream upstream = new Upstream(
                List.of(urls).stream().map(URI::create).toList(), balance, Protocol.HTTP1, null, health, 0, false);
        return open(TestGateway.start(
                TestGateway.route(upstream, timeouts, retries),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000));
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }
}
