package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to HTTP/2 services that cannot be opened, while several requests wait for each. */
@SuppressWarnings("NullAway.Init") // each test starts its own
class Http2ConnectFailureTest {
    private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int CLIENTS = 12;

    private final List<RawConnection> clients = new ArrayList<>();
    private GatewayServer gateway;
    private LogLines log;

    @BeforeEach
    void listen() {
        log = new LogLines();
    }

    @AfterEach
    void stop() {
        clients.forEach(RawConnection::close);
        gateway.close();
        log.close();
    }

    private void start(Duration connect, String... urls) {
        List<URI> addresses = List.of(urls).stream().map(URI::create).toList();
        gateway = TestGateway.start(
                TestGateway.route(
                        new Upstream(addresses, Balance.ROUND_ROBIN, Protocol.HTTP2, null, null, 0, false),
                        new RouteTimeouts(connect, LONG, LONG),
                        1),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000);
    }

    private void send(String request) {
        clients.add(RawConnection.to(gateway.port()).send(request));
    }

    private void allWait() {
        for (int i = 0; i < CLIENTS; i++) {
            send(POST);
        }
        Gauge.inFlight(gateway).becomes(clients.size());
    }

    @Test
    void anAttemptThatManyWaitForIsOneFailureOfTheAddress() {
        try (RawUpstream silent = new RawUpstream()) {
            start(LONG, silent.url());
            allWait();
            for (int i = 0; i < 2; i++) { // one for each event loop
                silent.accept().close();
            }

            for (RawConnection client : clients) {
                assertThat(client.message())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("\"code\":\"upstream_unavailable\"", "no connection to the service");
            }
            assertThat(log.warnings()).noneMatch(line -> line.contains("out of service"));
        }
    }

    @Test
    void whoeverWaitedForItGoesToAnotherAddress() {
        try (RawUpstream silent = new RawUpstream();
                ScriptedHttp2Upstream well =
                        new ScriptedHttp2Upstream((stream, request, ended) -> stream.head(204, true))) {
            start(LONG, silent.url(), well.url());
            for (int i = 0; i < CLIENTS; i++) {
                send(POST);
            }
            Gauge.inFlight(gateway).becomes(CLIENTS / 2);
            for (int i = 0; i < 2; i++) {
                silent.accept().close();
            }

            assertThat(clients)
                    .allSatisfy(client -> assertThat(client.message()).startsWith("HTTP/1.1 204 "));
        }
    }

    @Test
    void whileAConnectionStandsRoomOnItIsAwaited() {
        try (Fixture full = new Fixture()) {
            start(LONG, full.door.url());
            full.fill();
            allWait();
            Eventually.holds(() -> full.door.refused.get() >= 2);

            full.held.forEach(held -> held.then(stream -> stream.head(204, true)));

            assertThat(clients)
                    .allSatisfy(client -> assertThat(client.message()).startsWith("HTTP/1.1 204 "));
            assertThat(log.warnings()).noneMatch(line -> line.contains("out of service"));
        }
    }

    @Test
    void roomThatDoesNotComeIsNotAwaitedForever() {
        try (Fixture full = new Fixture()) {
            start(TestGateway.SHORT, full.door.url());
            full.fill();
            send(POST);

            assertThat(clients.get(2).message())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"upstream_unavailable\"");
        }
    }

    /** A service that takes one request at a time on each connection, behind a door that can be shut. */
    private final class Fixture implements AutoCloseable {
        private final List<Stream> held = new CopyOnWriteArrayList<>();
        private final ScriptedHttp2Upstream service = new ScriptedHttp2Upstream(
                (stream, request, ended) -> {
                    if (request.path().toString().equals("/stays")) {
                        held.add(stream);
                    } else {
                        stream.head(204, true);
                    }
                },
                1);
        private final Door door = new Door(URI.create(service.url()).getPort());

        /** A connection of each event loop, and none beside them. */
        void fill() {
            for (int i = 1; i <= 2; i++) {
                int expected = i;
                send("GET /stays HTTP/1.1\r\nHost: a\r\n\r\n");
                Eventually.holds(() -> held.size() == expected);
            }
            assertThat(service.connections()).isEqualTo(2);
            door.shut = true;
        }

        @Override
        public void close() {
            door.close();
            service.close();
        }
    }

    /** Lets connections through to a port of loopback until it is shut; those behind it stay. */
    private static final class Door implements AutoCloseable {
        private final ServerSocket listening;
        private final int target;
        private final List<Socket> through = new CopyOnWriteArrayList<>();
        private final AtomicInteger refused = new AtomicInteger();
        private volatile boolean shut;

        Door(int target) {
            this.target = target;
            try {
                listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            inBackground(this::accept);
        }

        String url() {
            return "http://127.0.0.1:" + listening.getLocalPort();
        }

        private void accept() throws IOException {
            while (true) {
                Socket near = listening.accept();
                if (shut) {
                    near.close();
                    refused.incrementAndGet();
                    continue;
                }
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                through.addAll(List.of(near, far));
                inBackground(() -> near.getInputStream().transferTo(far.getOutputStream()));
                inBackground(() -> far.getInputStream().transferTo(near.getOutputStream()));
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void inBackground(Work work) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work.run();
                        } catch (IOException closed) {
                            // by close()
                        }
                    },
                    "door");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() {
            try {
                listening.close();
                for (Socket socket : through) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
