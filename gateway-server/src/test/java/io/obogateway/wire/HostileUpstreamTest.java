package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services of HTTP/1.1 that break off, never come to the point, or say what nobody may say. */
@SuppressWarnings("NullAway.Init") // each test starts its own
class HostileUpstreamTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final RawUpstream upstream = new RawUpstream();
    private GatewayServer gateway;
    private RawConnection client;

    @AfterEach
    void stop() {
        Gauge.inFlight(gateway).becomes(0);
        client.close();
        gateway.close();
        upstream.close();
    }

    private void start(RouteTimeouts timeouts) {
        Upstream bounded = new Upstream(
                List.of(URI.create(upstream.url())), Balance.LEAST_REQUEST, Protocol.HTTP1, null, null, 1, false);
        gateway = TestGateway.start(
                TestGateway.route(bounded, timeouts, 1),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000);
        client = RawConnection.to(gateway.port());
    }

    private void patient() {
        start(new RouteTimeouts(LONG, LONG, LONG));
    }

    private Gauge connections() {
        return Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + upstream.url() + "\"}");
    }

    @Test
    void interimResponsesWithoutEndDoNotPutOffTheDeadline() {
        start(new RouteTimeouts(LONG, TestGateway.SHORT, LONG));
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        Thread talking = new Thread(() -> {
            try {
                while (true) {
                    peer.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                }
            } catch (RuntimeException cutOff) {
                // by the gateway
            }
        });
        talking.start();

        String last = client.head();
        while (last.startsWith("HTTP/1.1 1")) {
            last = client.head();
        }
        assertThat(last).startsWith("HTTP/1.1 504 ");
        connections().becomes(0);
    }

    @Test
    void interimResponsesWithoutEndHaltForAClientThatDoesNotReadThem() throws Exception {
        start(new RouteTimeouts(LONG, Duration.ofSeconds(5), LONG));
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        String hint = "HTTP/1.1 103 Early Hints\r\nLink: </" + "a".repeat(900) + ">\r\n\r\n";
        Flood hints = Flood.into(peer.socket().getOutputStream(), 1L << 30, hint.repeat(64));

        hints.awaitStanding();
        assertThat(hints.sent()).isLessThan(64L << 20);
        Eventually.holds(() -> Gauge.inFlight(gateway).now() == 0); // by the deadline
        connections().becomes(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "Host: evil",
                "Set-Cookie: a=1",
                "Connection: close",
                "X-Ok: 1",
                "WWW-Authenticate: Bearer",
                "Trailer: x",
                "Via: 1.1 x",
            })
    void trailersOfAnyKindLeaveTheNextResponseAlone(String trailer) {
        patient();
        client.send(GET + GET);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + trailer + "\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 200 ").contains("\r\n3\r\nabc\r\n0\r\n");
        peer.head();
        peer.send(NamedService.ok("next"));

        assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\u0000: 1", ": 1", " folded: 1"})
    void malformedTrailersCutTheResponseOffBehindItsContent(String trailer) {
        patient();
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + trailer + "\r\n\r\n");

        assertThat(client.readUntil("\r\n3\r\nabc\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(client.closedByPeer()).isTrue();
        connections().becomes(0);
    }

    @Test
    void trailersWithoutEndAreCutOffBehindTheContent() {
        patient();
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        assertThat(client.readUntil("\r\n3\r\nabc\r\n")).startsWith("HTTP/1.1 200 ");
        try {
            peer.send("0\r\n");
            for (int i = 0; i < 100_000; i++) {
                peer.send("X-Trailer-" + i + ": " + "a".repeat(100) + "\r\n");
            }
        } catch (RuntimeException cutOff) {
            // by the gateway
        }

        assertThat(client.closedByPeer()).isTrue();
        connections().becomes(0);
    }

    @Test
    void aResetInTheMiddleOfBothBodiesEndsBoth() {
        patient();
        for (int i = 0; i < 20; i++) {
            try (RawConnection posting = RawConnection.to(gateway.port())) {
                posting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun");
                RawConnection peer = upstream.accept();
                peer.readUntil("begun");
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun");
                posting.readUntil("begun");

                peer.reset();

                assertThat(posting.closedByPeer()).isTrue();
            }
            connections().becomes(0);
        }
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(NamedService.ok("well"));
        assertThat(client.message()).endsWith("well");
    }

    @Test
    void anAnswerBeforeTheRequestsEndReachesAClientThatStillSends() {
        patient();
        for (int i = 0; i < 10; i++) {
            try (RawConnection posting = RawConnection.to(gateway.port())) {
                posting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nbegun");
                RawConnection peer = upstream.accept();
                peer.readUntil("begun");
                peer.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
                peer.close(); // with content unread: a reset

                assertThat(posting.message()).startsWith("HTTP/1.1 413 ").endsWith("no");
                try {
                    posting.send("x".repeat(100_000));
                } catch (RuntimeException cutOff) {
                    // it may be
                }
            }
            connections().becomes(0);
        }
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(NamedService.ok("well"));
        assertThat(client.message()).endsWith("well");
    }

    @Test
    void connectionsThatDieExactlyWhenTheyArePickedCostNobodyAnAnswer() throws Exception {
        ThreadLocal<Boolean> kept = ThreadLocal.withInitial(() -> false); // each connection has a thread of its own
        AtomicInteger died = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        try (NamedService closing = new NamedService(request -> {
            if (kept.get()) {
                died.incrementAndGet();
                return null;
            }
            kept.set(true);
            return NamedService.ok(request.substring(4, request.indexOf(" HTTP")));
        })) {
            gateway = TestGateway.patient(closing.url());
            client = RawConnection.to(gateway.port());
            client.send(GET);
            client.message();
            for (int t = 0; t < 4; t++) {
                int number = t;
                Thread thread = new Thread(() -> {
                    try (RawConnection asking = RawConnection.to(gateway.port())) {
                        for (int i = 0; i < 100; i++) {
                            String path = "/" + number + "-" + i;
                            asking.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                            String answer = asking.message();
                            if (answer.startsWith("HTTP/1.1 200 ") && answer.endsWith(path)) {
                                answered.incrementAndGet();
                            } else {
                                synchronized (wrong) {
                                    wrong.add(answer);
                                }
                            }
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
        assertThat(wrong).as("errors, and answers to others' requests").isEmpty();
        assertThat(answered).hasValue(400);
        assertThat(died).as("connections that died").hasValueGreaterThan(200);
    }
}
