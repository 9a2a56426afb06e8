package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hundred clients that wait for the only connection, and every other one of them leaves. */
@SuppressWarnings("NullAway.Init") // each test starts its own
class LeavingWaitersTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int CLIENTS = 100;

    private final List<RawConnection> clients = new ArrayList<>();
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private GatewayServer gateway;

    @AfterEach
    void stop() {
        clients.forEach(RawConnection::close);
        gateway.close();
    }

    @Test
    void thoseWhoStayAreServedAndTheOthersAskForNothing() throws Exception {
        BlockingQueue<String> release = new LinkedBlockingQueue<>();
        try (NamedService service = new NamedService(request -> {
            String path = request.substring(4, request.indexOf(" HTTP"));
            served.add(path);
            if (path.equals("/first")) {
                take(release);
            }
            return NamedService.ok(path);
        })) {
            start(upstream(service.url(), Protocol.HTTP1));
            RawConnection first = client().send(get("/first"));
            Eventually.holds(() -> served.contains("/first"));

            List<RawConnection> staying = halfOfAllLeave();
            release.put("");

            assertThat(first.message()).endsWith("/first");
            areServed(staying);
            connections(service.url()).becomes(1);
        }
    }

    @Test
    void likewiseForTheOnlyStreamOfAnHttp2Connection() {
        List<Stream> held = new ArrayList<>();
        try (ScriptedHttp2Upstream service = new ScriptedHttp2Upstream(
                (stream, request, ended) -> {
                    String path = request.path().toString();
                    served.add(path);
                    if (path.startsWith("/first")) {
                        synchronized (held) {
                            held.add(stream);
                        }
                    } else {
                        stream.head(200, false, "content-length", String.valueOf(path.length()))
                                .data(path, true);
                    }
                },
                1)) {
            start(upstream(service.url(), Protocol.HTTP2));
            List<RawConnection> firsts = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // the connection of each event loop, and one who waits for it
                firsts.add(client().send(get("/first" + i)));
            }
            Gauge.inFlight(gateway).becomes(4);

            List<RawConnection> staying = halfOfAllLeave();
            Eventually.holds(() -> {
                synchronized (held) {
                    held.forEach(stream -> stream.ctx().executor().execute(() -> stream.head(204, true)));
                    held.clear();
                }
                return Gauge.inFlight(gateway).now() == 0;
            });

            firsts.forEach(first -> assertThat(first.message()).startsWith("HTTP/1.1 204 "));
            areServed(staying);
            assertThat(connections(service.url()).now()).isLessThanOrEqualTo(2); // one for each event loop
        }
    }

    private static void take(BlockingQueue<String> queue) {
        try {
            queue.poll(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<RawConnection> halfOfAllLeave() {
        int before = clients.size();
        List<RawConnection> staying = new ArrayList<>();
        List<RawConnection> leaving = new ArrayList<>();
        for (int i = 0; i < CLIENTS / 2; i++) {
            staying.add(client().send(get("/stays" + i)));
            leaving.add(client().send(get("/leaves" + i)));
        }
        Gauge.inFlight(gateway).becomes(before + CLIENTS);
        leaving.forEach(RawConnection::reset);
        Gauge.inFlight(gateway).becomes(before + CLIENTS / 2);
        return staying;
    }

    private void areServed(List<RawConnection> staying) {
        for (int i = 0; i < staying.size(); i++) {
            assertThat(staying.get(i).message()).startsWith("HTTP/1.1 200 ").endsWith("/stays" + i);
        }
        assertThat(served).noneMatch(path -> path.startsWith("/leaves"));
        Gauge.inFlight(gateway).becomes(0);
    }

    private Gauge connections(String url) {
        return Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + url + "\"}");
    }

    private static Upstream upstream(String url, Protocol protocol) {
        return new Upstream(List.of(URI.create(url)), Balance.LEAST_REQUEST, protocol, null, null, 1, false);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private void start(Upstream upstream) {
        gateway = TestGateway.start(
                TestGateway.route(upstream, new RouteTimeouts(LONG, LONG, LONG), 0),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000);
    }

    private RawConnection client() {
        RawConnection client = RawConnection.to(gateway.port());
        clients.add(client);
        return client;
    }
}
