package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The opening handshake and the tunnel behind it (RFC 6455, 4), byte by byte. */
class WebSocketTest extends Http1Conversation {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String UPGRADE = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final String ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\n";
    private static final String ACCEPTED = SWITCHING + "Upgrade: websocket\r\nConnection: Upgrade\r\n" + ACCEPT;
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final long GIB = 1L << 30;

    private static String request(String... fields) {
        return "GET /chat?x=1 HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n";
    }

    private static String handshake(String... more) {
        return request(UPGRADE, KEY, VERSION, String.join("", more));
    }

    /** A WebSocket that both ends agree on. */
    private RawConnection open() {
        client.send(handshake());
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(ACCEPTED + "\r\n");
        assertThat(client.head()).startsWith(SWITCHING);
        return peer;
    }

    @Test
    void theHandshakePassesWithOneConnectionFieldAndWhatTheEndsNegotiate() {
        client.send(handshake(
                "Origin: https://app.example\r\n",
                "Sec-WebSocket-Protocol: chat, superchat\r\n",
                "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
        RawConnection peer = upstream.accept();
        String asked = peer.head();
        peer.send(ACCEPTED + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        String answered = client.head();

        assertThat(asked)
                .startsWith("GET /chat?x=1 HTTP/1.1\r\n")
                .contains(
                        KEY,
                        VERSION,
                        "Origin: https://app.example\r\n",
                        "Sec-WebSocket-Protocol: chat, superchat\r\n",
                        "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        assertThat(asked.toLowerCase(Locale.ROOT))
                .containsOnlyOnce("connection: upgrade\r\n")
                .containsOnlyOnce("\r\nconnection:")
                .containsOnlyOnce("upgrade: websocket\r\n");
        assertThat(answered)
                .startsWith(SWITCHING)
                .contains(
                        ACCEPT, "Sec-WebSocket-Protocol: chat\r\n", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        assertThat(answered.toLowerCase(Locale.ROOT))
                .containsOnlyOnce("\r\nconnection: upgrade\r\n")
                .containsOnlyOnce("\r\nupgrade: websocket\r\n")
                .doesNotContain("transfer-encoding", "content-length");
    }

    @Test
    void bytesPassUntouchedBothWays() {
        RawConnection peer = open();

        client.send("\u0000\u00ff" + SMUGGLED);
        assertThat(peer.read(2 + SMUGGLED.length())).isEqualTo("\u0000\u00ff" + SMUGGLED);
        peer.send("HTTP/1.1 200 OK\r\n\r\n\u0081\u0000");
        assertThat(client.read(21)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n\u0081\u0000");
        assertThat(upstream.waiting()).isZero();
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isEqualTo(1);
        assertThat(Gauge.inFlight(gateway).now()).isEqualTo(1);
    }

    @Test
    void bytesRightBehindTheAnswerBelongToTheTunnel() {
        client.send(handshake());
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(ACCEPTED + "\r\n\u0081\u0002hi");

        client.head();
        assertThat(client.read(4)).isEqualTo("\u0081\u0002hi");
        peer.send("\u0081\u0003ho!");
        assertThat(client.read(5)).isEqualTo("\u0081\u0003ho!");
    }

    @Test
    void bytesThatComeBeforeTheAnswerAreHeldAndThenBytesOfTheTunnel() {
        client.send(handshake() + SMUGGLED);
        RawConnection peer = upstream.accept();
        peer.head();
        client.send("more");
        peer.send(ACCEPTED + "\r\n");

        assertThat(client.head()).startsWith(SWITCHING);
        assertThat(peer.read(SMUGGLED.length() + 4)).isEqualTo(SMUGGLED + "more");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void bytesBehindAHandshakeThatIsNotAcceptedAreNoRequest() {
        client.send(handshake() + SMUGGLED);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(client.message()).startsWith("HTTP/1.1 200 OK\r\n").contains("connection: close\r\n");
        assertThat(client.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void bytesThatComeBeforeTheAnswerWaitAtTheClientHoweverManyThereAre() throws Exception {
        client.send(handshake());
        RawConnection peer = upstream.accept();
        peer.head();
        long before = DirectMemory.used();

        Flood flood = Flood.into(client.socket().getOutputStream(), GIB);
        flood.awaitStanding();

        assertThat(flood.sent()).isLessThan(64L << 20);
        assertThat(DirectMemory.used() - before).isLessThan(4L << 20);
        flood.abandon();
    }

    @Test
    void aHandshakeThatIsNotAcceptedIsAnsweredAlthoughMoreFollowsIt() throws Exception {
        client.send(handshake());
        RawConnection peer = upstream.accept();
        peer.head();
        Flood flood = Flood.into(client.socket().getOutputStream(), GIB);
        flood.awaitStanding();

        peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");

        assertThat(client.message()).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nno");
        assertThat(client.closedByPeer()).isTrue();
        flood.abandon();
    }

    @Test
    void aRefusedHandshakeEndsItsConnectionAndReachesNobody() {
        client.send("GET /../chat HTTP/1.1\r\nHost: a\r\n" + UPGRADE + KEY + VERSION + "\r\n" + SMUGGLED);

        assertThat(client.message()).startsWith("HTTP/1.1 400 ").contains("connection: close\r\n");
        assertThat(client.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aHandshakeBehindAnotherRequestWaitsForItsTurn() {
        client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + handshake() + "early");
        RawConnection peer = upstream.accept();
        assertThat(peer.head()).startsWith("GET /first ");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        assertThat(peer.head()).startsWith("GET /chat?x=1 ");
        peer.send(ACCEPTED + "\r\n");

        assertThat(client.head()).startsWith(SWITCHING);
        assertThat(peer.read(5)).isEqualTo("early");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: h2c\r\n" + KEY + VERSION,
                "Upgrade: websocket\r\n" + KEY + VERSION,
                UPGRADE + VERSION,
                UPGRADE + "Sec-WebSocket-Key: short\r\n" + VERSION,
                UPGRADE + KEY + KEY + VERSION,
                UPGRADE + KEY,
                UPGRADE + KEY + "Sec-WebSocket-Version: 8\r\n"
            })
    void whatIsNoWholeHandshakeIsAPlainRequest(String fields) {
        client.send(request(fields) + request());
        RawConnection peer = upstream.accept();
        String asked = peer.head();

        assertThat(asked.toLowerCase(Locale.ROOT)).doesNotContain("\r\nupgrade:", "\r\nconnection:");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 200 ").doesNotContain("connection: close");
        assertThat(peer.head()).startsWith("GET /chat?x=1 ");
    }

    @Test
    void aHandshakeWithAnotherMethodVersionOrWithContentIsAPlainRequest() {
        String fields = UPGRADE + KEY + VERSION;
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "Content-Length: 2\r\n\r\nhi"
                + "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "Content-Length: 2\r\n\r\nhi"
                + "GET / HTTP/1.0\r\nHost: a\r\n" + fields + "\r\n");
        RawConnection peer = upstream.accept();
        for (int i = 0; i < 3; i++) {
            assertThat(peer.message().toLowerCase(Locale.ROOT)).doesNotContain("\r\nupgrade:", "\r\nconnection:");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SWITCHING + "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                SWITCHING + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n",
                SWITCHING + "Upgrade: websocket\r\n" + ACCEPT,
                SWITCHING + "Connection: Upgrade\r\n" + ACCEPT,
                SWITCHING + "Upgrade: h2c\r\nConnection: Upgrade\r\n" + ACCEPT,
                "HTTP/1.0 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + ACCEPT,
                ACCEPTED + ACCEPT
            })
    void anAnswerThatIsNotToThisHandshakeIs502(String answer) {
        client.send(handshake() + SMUGGLED);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(answer + "\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\"code\":\"upstream_invalid\"");
        assertThat(client.closedByPeer()).isTrue();
        assertThat(peer.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void switchingProtocolsUnaskedIs502() {
        client.send(request("Connection: Upgrade\r\nUpgrade: h2c\r\n"));
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(ACCEPTED + "\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ");
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aHandshakeThatNamesItsOwnFieldsInConnectionKeepsThem() {
        client.send(request(
                "Connection: Upgrade, Sec-WebSocket-Key, Sec-WebSocket-Version, TE\r\nTE: trailers\r\n",
                "Upgrade: websocket\r\n",
                KEY,
                VERSION));

        assertThat(upstream.accept().head().toLowerCase(Locale.ROOT))
                .contains(KEY.toLowerCase(Locale.ROOT), VERSION.toLowerCase(Locale.ROOT))
                .containsOnlyOnce("\r\nconnection: upgrade\r\n")
                .doesNotContain("\r\nte:");
    }

    @Test
    void aClientThatClosesEndsTheTunnelAfterItsLastByte() {
        RawConnection peer = open();

        client.send("last");
        client.close();

        assertThat(peer.rest()).isEqualTo("last");
        Gauge.inFlight(gateway).becomes(0);
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isZero();
    }

    @Test
    void whatAClientSaidBeforeItLeftReachesASlowService() throws Exception {
        int size = 3 << 20;
        RawConnection peer = open();
        Flood.into(client.socket().getOutputStream(), size).awaitDone();
        client.close();

        peer.skip(size);
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aServiceThatClosesEndsTheTunnelAfterItsLastByte() {
        RawConnection peer = open();

        peer.send("last");
        peer.close();

        assertThat(client.rest()).isEqualTo("last");
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aResetOfEitherEndEndsTheOther() {
        RawConnection peer = open();
        client.reset();
        assertThat(peer.closedByPeer()).isTrue();

        client = RawConnection.to(gateway.port());
        peer = open();
        peer.reset();
        assertThat(client.closedByPeer()).isTrue();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void whatAnEndDoesNotTakeIsNotReadFromTheOther() throws Exception {
        RawConnection peer = open();
        long before = DirectMemory.used();

        Flood down = Flood.into(peer.socket().getOutputStream(), GIB);
        Flood up = Flood.into(client.socket().getOutputStream(), GIB);
        down.awaitStanding();
        up.awaitStanding();

        assertThat(down.sent()).isLessThan(64L << 20);
        assertThat(up.sent()).isLessThan(64L << 20);
        assertThat(DirectMemory.used() - before).isLessThan(4L << 20);
        down.abandon();
        up.abandon();
    }

    @Test
    void anIdleTunnelIsClosedWithAReason() {
        restart(TestGateway.forTunnels(upstream.url(), TestGateway.SHORT, TestGateway.SHORT));
        RawConnection peer = open();

        assertThat(client.rest()).isEqualTo("\u0088\u0013\u0003\u00e9idle for too long");
        assertThat(peer.rest()).startsWith("\u0088\u0093").hasSize(2 + 4 + 2 + 17);
    }

    @Test
    void aTunnelThatIsUsedIsNotIdle() {
        restart(TestGateway.forTunnels(upstream.url(), TestGateway.SHORT, TestGateway.SHORT));
        RawConnection peer = open();
        long until = System.nanoTime() + TestGateway.SHORT.multipliedBy(3).toNanos();
        while (System.nanoTime() - until < 0) {
            client.send("\u0089\u0000");
            assertThat(peer.read(2)).isEqualTo("\u0089\u0000");
        }
    }

    @Test
    void stoppingSaysGoingAwayBetweenTwoFrames() {
        restart(TestGateway.forTunnels(upstream.url(), LONG, LONG));
        RawConnection peer = open();
        peer.send("\u0082\u0005abc");
        assertThat(client.read(5)).isEqualTo("\u0082\u0005abc");

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
        assertThat(peer.read(2)).isEqualTo("\u0088\u0099"); // the other direction is between frames
        peer.send("de\u0082\u0001x");

        assertThat(client.rest()).isEqualTo("de\u0088\u0019\u0003\u00e9the gateway is stopping");
        peer.close();
        client.close();
        stopped.join();
    }

    @Test
    void stoppingDoesNotWaitForALargeFrameForLong() {
        restart(TestGateway.forTunnels(upstream.url(), LONG, LONG));
        RawConnection peer = open();
        peer.send("\u0082\u0005abc");
        assertThat(client.read(5)).isEqualTo("\u0082\u0005abc");

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);

        assertThat(client.closedByPeer()).isTrue();
        assertThat(peer.rest()).startsWith("\u0088\u0099");
        client.close();
        stopped.join();
    }
}
