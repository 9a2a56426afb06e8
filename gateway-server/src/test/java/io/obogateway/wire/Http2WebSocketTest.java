package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.obogateway.wire.Http2Connection.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets that are streams of an HTTP/2 connection (RFC 8441), frame by frame. */
class Http2WebSocketTest extends Http2Conversation {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MIB = 1 << 20;
    private static final String HEAD_OF_A_MEBIBYTE = "\u0082\u007f\u0000\u0000\u0000\u0000\u0000\u0010\u0000\u0000";

    private static String[] fields(String protocol, String... more) {
        return Http2Connection.extendedConnect(protocol, "/chat?x=1", more);
    }

    private static String[] handshake(String... more) {
        return Http2Connection.webSocket("/chat?x=1", more);
    }

    /** A WebSocket that both ends agree on. */
    private RawConnection open(int stream) throws Exception {
        client.headers(stream, false, handshake());
        RawConnection peer = upstream.accept();
        peer.send(WebSocketHandshake.accepted(peer.head()) + "\r\n");
        assertThat(client.headOf(stream).head()).contains(":status: 200\n");
        return peer;
    }

    private void receive(int stream, int bytes) {
        while (client.of(stream).body.size() < bytes) {
            client.until(Http2Connection.DATA);
        }
    }

    @Test
    void theConnectionOffersIt() {
        ByteBuffer settings = client.until(Http2Connection.SETTINGS).payload();
        boolean offered = false;
        while (settings.hasRemaining()) {
            int name = settings.getShort();
            int value = settings.getInt();
            offered |= name == 8 && value == 1;
        }
        assertThat(offered).isTrue();
    }

    @Test
    void theServiceSeesAHandshakeOfHttp1WithAKeyOfOurs() throws Exception {
        client.headers(
                1,
                false,
                handshake(
                        "origin", "https://app.example",
                        "sec-websocket-protocol", "chat",
                        "sec-websocket-key", "mine"));
        RawConnection peer = upstream.accept();
        String asked = peer.head();
        peer.send(WebSocketHandshake.accepted(asked) + "Sec-WebSocket-Protocol: chat\r\n\r\n");
        Response answer = client.headOf(1);

        assertThat(asked).startsWith("GET /chat?x=1 HTTP/1.1\r\n").doesNotContain("mine");
        assertThat(asked.toLowerCase(Locale.ROOT))
                .containsOnlyOnce("\r\nconnection: upgrade\r\n")
                .containsOnlyOnce("\r\nupgrade: websocket\r\n")
                .containsOnlyOnce("\r\nsec-websocket-key: ")
                .contains(
                        "\r\nsec-websocket-version: 13\r\n",
                        "\r\norigin: https://app.example\r\n",
                        "\r\nsec-websocket-protocol: chat\r\n",
                        "\r\nx-forwarded-host: a\r\n",
                        "\r\nvia: 2.0 ")
                .doesNotContain("transfer-encoding", "content-length", "protocol: websocket");
        assertThat(answer.head())
                .contains(":status: 200\n", "sec-websocket-protocol: chat\n")
                .doesNotContain("sec-websocket-accept", "connection", "upgrade", "transfer-encoding", "content-length");
    }

    @Test
    void bytesPassUntouchedBothWaysBesideOtherRequests() throws Exception {
        RawConnection peer = open(1);
        client.data(1, false, "\u0081\u0082mask");
        assertThat(peer.read(6)).isEqualTo("\u0081\u0082mask");
        client.get(3, "/other");
        RawConnection other = upstream.accept();
        other.head();
        other.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.response(3).body()).isEqualTo("ok");

        peer.send("HTTP/1.1 200");
        receive(1, 12);
        assertThat(client.of(1).body()).isEqualTo("HTTP/1.1 200");
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isEqualTo(1);
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aMebibytePassesBothWays() throws Exception {
        RawConnection peer = open(1);
        client.data(1, false, HEAD_OF_A_MEBIBYTE);
        assertThat(client.upload(1, MIB)).isEqualTo(MIB);
        assertThat(peer.read(10)).isEqualTo(HEAD_OF_A_MEBIBYTE);
        peer.skip(MIB);

        client.allow(0, MIB).allow(1, MIB);
        peer.send(HEAD_OF_A_MEBIBYTE);
        peer.send(new byte[MIB]);
        receive(1, MIB + 10);
        assertThat(client.of(1).body.size()).isEqualTo(MIB + 10);
    }

    @Test
    void whatTheServiceDoesNotTakeIsNotTakenFromTheClient() throws Exception {
        open(1);
        client.data(1, false, "\u0082\u007f\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000"); // of 4 GiB
        long sent = client.upload(1, 64L * MIB);

        assertThat(sent).isLessThan(64L * MIB);
        client.get(3, "/other");
        RawConnection other = upstream.accept();
        other.head();
        other.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.response(3).head()).contains(":status: 200\n");
    }

    @Test
    void whatComesBeforeTheAnswerIsHeldAndThenPassedOn() throws Exception {
        client.headers(1, false, handshake());
        RawConnection peer = upstream.accept();
        String asked = peer.head();
        client.data(1, false, "early").data(1, true, "last");
        client.get(3, "/other"); // read behind it
        upstream.accept();
        peer.send(WebSocketHandshake.accepted(asked) + "\r\n");

        assertThat(peer.rest()).isEqualTo("earlylast");
        assertThat(client.response(1).reset()).isEqualTo(-1);
    }

    @Test
    void theEndOfTheStreamEndsTheTunnelAfterItsLastByte() throws Exception {
        RawConnection peer = open(1);
        client.data(1, true, "last");

        assertThat(peer.rest()).isEqualTo("last");
        assertThat(client.response(1).reset()).isEqualTo(-1);
        Gauge.inFlight(gateway).becomes(0);
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isZero();
    }

    @Test
    void aServiceThatClosesEndsTheStreamAfterItsLastByte() throws Exception {
        RawConnection peer = open(1);
        peer.send("last");
        peer.close();

        Response over = client.response(1);
        assertThat(over.body()).isEqualTo("last");
        assertThat(over.reset()).isEqualTo(-1);
        Gauge.inFlight(gateway).becomes(0);
        assertThat(client.until(Http2Connection.RST_STREAM).stream()).isEqualTo(1); // it had its moment
    }

    @Test
    void aClientThatResetsTheStreamStopsTheService() throws Exception {
        RawConnection peer = open(1);
        client.frame(Http2Connection.RST_STREAM, 0, 1, Http2Connection.number((int) Http2Error.CANCEL.code()));

        assertThat(peer.closedByPeer()).isTrue();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aServiceThatBreaksOffResetsTheStream() throws Exception {
        RawConnection peer = open(1);
        peer.reset();

        Response over = client.response(1);
        assertThat(over.ended || over.reset() == Http2Error.CANCEL.code()).isTrue();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void fieldsInTheMidstOfATunnelAreAnError() throws Exception {
        RawConnection peer = open(1);
        client.headers(1, true, "a", "b");

        assertThat(client.response(1).reset()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        assertThat(peer.closedByPeer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            })
    void anAnswerThatIsNoAcceptanceIsNotTakenForOne(String answer) {
        client.headers(1, false, handshake());
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(answer);

        Response refused = client.response(1);
        assertThat(refused.head()).contains(":status: 502\n");
        assertThat(refused.body()).contains("\"code\":\"upstream_invalid\"");
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aServiceMayRefuse() {
        client.headers(1, false, handshake()).data(1, false, "early");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");

        assertThat(client.response(1).head()).contains(":status: 403\n");
        assertThat(client.of(1).body()).isEqualTo("no");
        assertThat(client.until(Http2Connection.RST_STREAM).error()).isEqualTo((int) Http2Error.NO_ERROR.code());
    }

    @ParameterizedTest
    @CsvSource({
        "webtransport, 13, x, 501, not_implemented",
        "websocket, 8, x, 400, bad_request",
        "websocket, 13, content-length, 400, bad_request",
        "websocket, 13, upgrade, 400, bad_request"
    })
    void whatIsNoHandshakeReachesNobody(String protocol, String version, String more, int status, String code) {
        client.headers(1, false, fields(protocol, "sec-websocket-version", version, more, "7"));

        Response refused = client.response(1);
        assertThat(refused.head()).contains(":status: " + status + "\n");
        assertThat(refused.body()).contains("\"code\":\"" + code + "\"");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void otherMethodsHaveNoProtocolAndConnectNeedsOne() {
        client.headers(
                1,
                true,
                ":method",
                "GET",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":authority",
                "a",
                ":path",
                "/");
        client.headers(3, false, ":method", "CONNECT", ":authority", "a:80");
        client.headers(5, false, ":method", "CONNECT", ":protocol", "websocket", ":authority", "a:80");
        client.headers(7, true, handshake());

        assertThat(client.response(1).head()).contains(":status: 400\n");
        assertThat(client.response(3).head()).contains(":status: 405\n");
        assertThat(client.response(5).head()).contains(":status: 400\n");
        assertThat(client.response(7).head()).contains(":status: 400\n");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void anIdleTunnelIsClosedWithAReason() throws Exception {
        restart(TestGateway.forTunnels(upstream.url(), TestGateway.SHORT, TestGateway.SHORT));
        RawConnection peer = open(1);

        assertThat(peer.rest()).startsWith("\u0088\u0093");
        assertThat(client.response(1).body.toByteArray())
                .startsWith(0x88, 0x13, 0x03, 0xe9)
                .endsWith("idle for too long".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void stoppingSaysGoingAwayToBothEnds() throws Exception {
        restart(TestGateway.forTunnels(upstream.url(), LONG, LONG));
        RawConnection peer = open(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);

        assertThat(peer.rest()).startsWith("\u0088\u0099");
        assertThat(client.response(1).body.toByteArray())
                .endsWith("the gateway is stopping".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.closedByPeer()).isTrue();
        stopped.join();
    }
}
