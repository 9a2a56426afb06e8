package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content of many streams: what one peer does not take waits at the other, and holds up no other stream. */
class Http2StreamingTest extends Http2Conversation {
    private static final long MIB = 1L << 20;
    /** What the sockets' own buffers can hold on the way to an upstream, far below what is sent. */
    private static final long BUFFERED = 64 * MIB;

    @Test
    void uploadsToServicesThatDoNotReadWaitAtTheClientAndOthersGoOn() throws Exception {
        long before = DirectMemory.used();
        for (int stream = 1; stream <= 19; stream += 2) {
            client.request(stream, "POST", "/stalled", false);
            upstream.accept().head();
            assertThat(client.upload(stream, 1024 * MIB)).isPositive().isLessThan(BUFFERED);
        }
        assertThat(DirectMemory.used() - before).isLessThan(8 * MIB);

        client.request(21, "POST", "/other", false);
        RawConnection other = upstream.accept();
        other.head();
        CompletableFuture<Void> read = CompletableFuture.runAsync(() -> other.skip(4 * MIB));
        assertThat(client.upload(21, 4 * MIB)).isEqualTo(4 * MIB);
        read.join();
    }

    @Test
    void downloadsThatTheClientDoesNotTakeWaitAtTheirServices() throws Exception {
        client.allow(0, Integer.MAX_VALUE - 65_535);
        Flood[] floods = new Flood[3];
        long before = DirectMemory.used();
        for (int i = 0; i < floods.length; i++) {
            int stream = 1 + 2 * i;
            client.get(stream, "/").allow(stream, Integer.MAX_VALUE - 65_535);
            RawConnection peer = upstream.accept();
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + 1024 * MIB + "\r\n\r\n");
            floods[i] = Flood.into(peer.socket().getOutputStream(), 1024 * MIB);
        }
        for (Flood flood : floods) {
            flood.awaitStanding();
            assertThat(flood.sent()).isLessThan(BUFFERED);
        }
        assertThat(DirectMemory.used() - before).isLessThan(8 * MIB);
        for (Flood flood : floods) {
            flood.abandon();
        }
    }

    @Test
    void aStreamWithoutWindowDoesNotHoldUpAnother() throws Exception {
        client.allow(0, 1 << 20).get(1, "/big");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + 1024 * MIB + "\r\n\r\n");
        Flood flood = Flood.into(peer.socket().getOutputStream(), 1024 * MIB);
        flood.awaitStanding();
        client.get(3, "/small");
        RawConnection small = upstream.accept();
        small.head();
        small.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.response(3).body()).isEqualTo("ok");
        assertThat(client.of(1).body()).hasSize(65_535);
        flood.abandon();
    }

    @Test
    void aLargeBodyArrivesWholeInBothDirections() throws Exception {
        long size = 32 * MIB;
        client.request(1, "POST", "/", false, "content-length", Long.toString(size));
        RawConnection peer = upstream.accept();
        peer.head();
        CompletableFuture<Void> read = CompletableFuture.runAsync(() -> peer.skip(size));
        assertThat(client.upload(1, size)).isEqualTo(size);
        client.data(1, true, "");
        read.join();
        client.allow(0, (int) size).allow(1, (int) size);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
        Flood down = Flood.into(peer.socket().getOutputStream(), size);
        assertThat(client.response(1).body.size()).isEqualTo((int) size);
        down.awaitDone();
        client.get(3, "/next");
        assertThat(peer.head()).startsWith("GET /next ");
    }

    @Test
    void aBodyBeyondTheRoutesLimitIs413() throws Exception {
        try (GatewayServer impatient = TestGateway.impatient(upstream.url());
                Http2Connection large = Http2Connection.to(impatient.port())) {
            large.request(1, "POST", "/", false).data(1, false, "x".repeat(900)).data(1, false, "x".repeat(900));
            assertThat(large.response(1).head()).startsWith(":status: 413\n");
            Gauge.inFlight(impatient).becomes(0);
        }
    }

    @Test
    void aServiceThatDoesNotAnswerIs504AndAClientThatStopsSendingIs408() {
        try (GatewayServer impatient = TestGateway.impatient(upstream.url());
                Http2Connection waiting = Http2Connection.to(impatient.port())) {
            waiting.get(1, "/");
            assertThat(waiting.response(1).body()).contains("\"code\":\"upstream_timeout\"");
            waiting.request(3, "POST", "/", false).data(3, false, "some");
            assertThat(waiting.response(3).body()).contains("\"code\":\"request_timeout\"");
        }
    }

    @Test
    void drainingLetsStreamsFinishAndSaysWhichWereHeard() throws Exception {
        Duration patient = Duration.ofSeconds(30);
        GatewayServer draining = TestGateway.start(
                TestGateway.route(upstream.url(), new RouteTimeouts(patient, patient, patient), Long.MAX_VALUE),
                new GatewayConfig.Timeouts(patient, patient, Duration.ofSeconds(5)),
                100);
        try (Http2Connection leaving = Http2Connection.to(draining.port());
                Http2Connection idle = Http2Connection.to(draining.port())) {
            leaving.get(1, "/");
            RawConnection peer = upstream.accept();
            peer.head();
            idle.until(Http2Connection.SETTINGS);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(draining::stop);

            assertThat(leaving.until(Http2Connection.GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
            leaving.get(3, "/late");
            byte[] ping = leaving.until(Http2Connection.PING).payload().array();
            leaving.frame(Http2Connection.PING, Http2Connection.ACK, 0, ping);
            assertThat(leaving.until(Http2Connection.GOAWAY).lastStream()).isEqualTo(3);
            leaving.get(5, "/too-late");
            RawConnection late = upstream.accept();
            assertThat(late.head()).startsWith("GET /late ");
            late.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(leaving.response(1).body()).isEqualTo("ok");
            assertThat(leaving.response(3).body()).isEqualTo("ok");
            assertThat(leaving.closedByPeer()).isTrue();
            assertThat(idle.closedByPeer()).isTrue();
            stopped.get(4, TimeUnit.SECONDS);
            assertThat(upstream.waiting()).isZero();
        }
    }

    @Test
    void whoHasAgreedOnTlsOnlyAfterDrainingBeganIsToldToo(@TempDir Path folder) throws Exception {
        Pki pki = new Pki("Clients' CA");
        pki.caFile(folder);
        Pki.write(folder, pki.issue("gateway", "localhost"));
        GatewayServer draining = TestGateway.start(
                new GatewayConfig.Listen(
                        "127.0.0.1", 0, Pki.listenTls(folder, GatewayConfig.ClientAuth.NONE), true, List.of()),
                new GatewayConfig.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30)),
                TestGateway.patientRoute(upstream.url()));
        int port = draining.port();
        try (SSLSocket socket = Pki.connect(pki.context(null), port);
                RawConnection busy = new RawConnection(Pki.connect(pki.context(null), port))) {
            busy.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            RawConnection peer = upstream.accept();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(draining::stop);
            Eventually.holds(() -> refused(port));
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();

            try (Http2Connection late = Http2Connection.over(socket)) {
                assertThat(late.until(Http2Connection.GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
            }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(busy.message()).endsWith("ok");
            stopped.get(20, TimeUnit.SECONDS); // before the drain is over
        }
    }

    private static boolean refused(int port) {
        try (Socket another = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !another.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
