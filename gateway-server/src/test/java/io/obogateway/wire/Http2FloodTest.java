package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that floods its connection loses that one, and is told why; others go on. */
class Http2FloodTest {
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int FRAMES = 5000;

    private RawUpstream upstream;
    private GatewayServer gateway;
    private Http2Connection attacker;
    private Http2Connection other;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
        gateway = TestGateway.patient(upstream.url());
        attacker = Http2Connection.to(gateway.port());
        other = Http2Connection.to(gateway.port());
        other.get(1, "/other");
    }

    @AfterEach
    void stop() {
        attacker.close();
        other.close();
        gateway.close();
        upstream.close();
    }

    private void flood(int type, int stream, byte[] payload) {
        flood(() -> attacker.repeat(FRAMES, type, stream, payload));
    }

    private static void flood(Runnable sending) {
        try {
            sending.run();
        } catch (UncheckedIOException closedMeanwhile) {
            // what counts is what the gateway said before
        }
    }

    private void isStoppedAndTheOtherGoesOn() {
        assertThat(attacker.until(Http2Connection.GOAWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
        assertThat(attacker.closedByPeer()).isTrue();
        othersGoOn();
        Gauge.clientConnections(gateway).becomes(1);
    }

    private void othersGoOn() {
        RawConnection peer = upstream.accept();
        while (!asksForOther(peer)) {
            peer = upstream.accept();
        }
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(other.response(1).body()).isEqualTo("ok");
    }

    private static boolean asksForOther(RawConnection peer) {
        try {
            return peer.head().startsWith("GET /other ");
        } catch (AssertionError | UncheckedIOException ofAnAttackThatIsOver) {
            return false;
        }
    }

    @Test
    void aClientThatPermitsAHugeTableDoesNotHaveEveryFieldOfEveryResponseRemembered() throws Exception {
        attacker.permitTable(1 << 30);
        attacker.get(1, "/1");
        attacker.get(3, "/2");
        StringBuilder fields = new StringBuilder();
        for (int i = 100; i < 220; i++) { // 47 bytes each, as a table counts
            fields.append("X-").append(i).append(": 0123456789\r\n");
        }
        for (int answered = 0; answered < 2; ) {
            RawConnection peer = upstream.accept();
            if (!asksForOther(peer)) {
                peer.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n");
                answered++;
            }
        }

        attacker.until(Http2Connection.HEADERS);
        assertThat(attacker.until(Http2Connection.HEADERS).payload().remaining())
                .as("what the second response comes to, whose fields are more than are remembered")
                .isGreaterThan(1000);
    }

    @Test
    void pings() {
        flood(Http2Connection.PING, 0, new byte[8]);
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void settings() {
        flood(Http2Connection.SETTINGS, 0, new byte[] {0, 4, 0, 1, 0, 0});
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void priorities() {
        flood(Http2Connection.PRIORITY, 1, new byte[] {0, 0, 0, 3, 9});
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void windowUpdates() {
        flood(Http2Connection.WINDOW_UPDATE, 0, Http2Connection.number(1));
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void framesOfUnknownTypes() {
        flood(99, 0, new byte[0]);
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void emptyContent() {
        attacker.request(1, "POST", "/", false);
        flood(Http2Connection.DATA, 1, new byte[0]);
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void continuations() {
        byte[] block = Http2Connection.block(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/");
        attacker.frame(Http2Connection.HEADERS, Http2Connection.END_STREAM, 1, block);
        flood(Http2Connection.CONTINUATION, 1, new byte[0]);
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void headersWithoutAnEnd() {
        byte[] field = Http2Connection.block("x", "y".repeat(16_000));
        attacker.frame(Http2Connection.HEADERS, Http2Connection.END_STREAM, 1, field);
        flood(() -> attacker.repeat(100, Http2Connection.CONTINUATION, 1, field));
        assertThat(attacker.until(Http2Connection.GOAWAY).error()).isNotZero();
        assertThat(attacker.closedByPeer()).isTrue();
        othersGoOn();
    }

    @Test
    void requestsThatAreResetAtOnce() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] block = Http2Connection.block(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/");
        for (int stream = 1; stream < 2 * 600; stream += 2) {
            all.writeBytes(Http2Connection.bytes(Http2Connection.HEADERS, 5, stream, block));
            all.writeBytes(
                    Http2Connection.bytes(Http2Connection.RST_STREAM, 0, stream, Http2Connection.number(CANCEL)));
        }
        flood(() -> attacker.send(all.toByteArray()));
        assertThat(attacker.until(Http2Connection.GOAWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
        assertThat(attacker.closedByPeer()).isTrue();
        Gauge.inFlight(gateway).becomes(1);
        other.get(3, "/new");
        Gauge.inFlight(gateway).becomes(2);
    }

    @Test
    void requestsThatMakeUsReset() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] block = Http2Connection.block(
                ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/", "content-length", "1");
        for (int stream = 1; stream < 2 * 600; stream += 2) {
            all.writeBytes(Http2Connection.bytes(Http2Connection.HEADERS, 5, stream, block));
        }
        flood(() -> attacker.send(all.toByteArray()));
        isStoppedAndTheOtherGoesOn();
    }

    @Test
    void moreRequestsAtOnceThanPermittedAreRefusedUnheard() {
        for (int i = 0; i < 129; i++) {
            attacker.get(1 + 2 * i, "/" + i);
        }
        assertThat(attacker.response(257).reset()).isEqualTo(REFUSED_STREAM);
        Gauge.inFlight(gateway).becomes(129); // 128 and the other's
    }

    @Test
    void moreRequestsThanTheGatewayTakesAreToldSo() {
        try (GatewayServer small = TestGateway.impatient(upstream.url());
                Http2Connection client = Http2Connection.to(small.port())) {
            client.get(1, "/").get(3, "/");
            Http2Connection.Response second = client.response(3);
            assertThat(second.head()).startsWith(":status: 503\n").contains("retry-after: 1\n");
            assertThat(second.body()).contains("\"code\":\"overloaded\"");
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() {
        try (GatewayServer impatient = TestGateway.impatient(upstream.url());
                Http2Connection client = Http2Connection.to(impatient.port())) {
            assertThat(client.until(Http2Connection.GOAWAY).error()).isZero();
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void aHeadThatDoesNotEndHasItsDeadline() {
        Duration patient = Duration.ofSeconds(30);
        try (GatewayServer strict = TestGateway.start(
                        TestGateway.route(upstream.url(), new RouteTimeouts(patient, patient, patient), Long.MAX_VALUE),
                        new GatewayConfig.Timeouts(TestGateway.SHORT, patient, TestGateway.SHORT),
                        10);
                Http2Connection slow = Http2Connection.to(strict.port());
                Http2Connection slower = Http2Connection.to(strict.port());
                Http2Connection fine = Http2Connection.to(strict.port())) {
            fine.get(1, "/");
            slow.frame(Http2Connection.HEADERS, 0, 1, Http2Connection.block(":method", "GET"));
            slower.send(new byte[] {0, 0, 50, 1});
            assertThat(slow.until(Http2Connection.GOAWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(slower.until(Http2Connection.GOAWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(slow.closedByPeer()).isTrue();
            Gauge.clientConnections(strict).becomes(1);
        }
    }

    @Test
    void pingsBetweenRequestsAreAnswered() {
        for (int i = 0; i < 3; i++) {
            attacker.repeat(600, Http2Connection.PING, 0, new byte[8]);
            for (int n = 0; n < 600; n++) {
                assertThat(attacker.until(Http2Connection.PING).flags()).isEqualTo(Http2Connection.ACK);
            }
            attacker.get(1 + 2 * i, "/%2e/");
            assertThat(attacker.response(1 + 2 * i).head()).startsWith(":status: 400");
        }
        othersGoOn();
    }
}
