package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take their responses late, or never. */
class SlowClientTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    /** From what two sockets on a loopback hold to what they do not, in steps that the gateway's own buffer holds. */
    private static final int FIRST = 3500 * 1024;

    private static final int STEP = 48 * 1024;
    private static final int STEPS = 30;
    /** Requests with more small responses than a socket and the gateway's buffer hold. */
    private static final int MANY = 40_000;

    private RawUpstream upstream;

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private GatewayServer gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void pipelinedRequestsWhoseResponsesNobodyReadsWaitAtTheClient() {
        gateway = TestGateway.patient(upstream.url());
        try (RawConnection client = connect()) {
            client.send("GET /../a HTTP/1.1\r\nHost: a\r\n\r\n".repeat(MANY));
            int answered = new Gauge(gateway, "gateway_refusals_total{code=\"bad_request\",route=\"(none)\"}").atRest();

            assertThat(answered).isPositive().isLessThan(MANY);
            for (int i = 0; i < MANY; i++) {
                assertThat(client.message()).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void aLastResponseThatNobodyReadsDoesNotKeepItsConnectionForEver() {
        gateway = start(TestGateway.SHORT, TestGateway.SHORT);
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            clients.add(request("Connection: close\r\n", FIRST + i * STEP));
        }

        Gauge.clientConnections(gateway).becomes(0);
        clients.forEach(RawConnection::close);
    }

    @Test
    void drainingWaitsForResponsesThatAreWrittenButNotYetTaken() {
        gateway = start(LONG, Duration.ofSeconds(20));
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            clients.add(request("", FIRST + i * STEP));
        }
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
        try (RawConnection probe = RawConnection.to(gateway.port())) {
            assertThat(probe.closedByPeer()).isTrue(); // idle connections close when draining begins
        }

        for (int i = 0; i < STEPS; i++) {
            assertThat(clients.get(i).head()).startsWith("HTTP/1.1 200 OK\r\n");
            clients.get(i).skip(FIRST + (long) i * STEP);
        }
        stopped.join();
        clients.forEach(RawConnection::close);
    }

    /** Takes little that its user does not read. */
    private RawConnection connect() {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that has asked for so many bytes, and reads none of them yet. */
    private RawConnection request(String fields, int size) {
        RawConnection client = RawConnection.to(gateway.port());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + size + "\r\n\r\n");
        try {
            Flood.into(peer.socket().getOutputStream(), size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return client;
    }

    private GatewayServer start(Duration client, Duration drain) {
        Route route = TestGateway.route(upstream.url(), new RouteTimeouts(LONG, LONG, client), Long.MAX_VALUE);
        return TestGateway.start(route, new GatewayConfig.Timeouts(LONG, client, drain), 1000);
    }
}
