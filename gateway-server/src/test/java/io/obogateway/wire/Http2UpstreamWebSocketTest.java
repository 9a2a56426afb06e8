package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets of HTTP/1.1 clients to a service that takes them over HTTP/2 (RFC 8441). */
class Http2UpstreamWebSocketTest extends Http1ToHttp2Conversation {
    private static final String HANDSHAKE =
            "GET /chat?x=1 HTTP/1.1\r\nHost: front\r\nConnection: keep-alive, Upgrade\r\n"
                    + "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    private static final String ACCEPT = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    private static final String PLAIN = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String FRAME_OF_4_GIB = "\u0082\u007f\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000";
    private static final int MIB = 1 << 20;

    private RawConnection client;

    @BeforeEach
    void start() {
        start(ScriptedHttp2Upstream.forWebSockets());
        client = client();
    }

    private void restart(ScriptedHttp2Upstream other, Duration streamIdle) {
        client.close();
        stop();
        start(other, new RouteTimeouts(LONG, LONG, streamIdle), 0);
        client = client();
    }

    private Stream ask() throws InterruptedException {
        client.send(HANDSHAKE + "\r\n");
        return upstream.accept();
    }

    /** A WebSocket that both ends agree on. */
    private Stream open() throws InterruptedException {
        Stream stream = ask();
        stream.then(s -> s.head(200, false));
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return stream;
    }

    private void received(String content) {
        Eventually.becomes("what has come", Duration.ofSeconds(10), upstream::content, content);
    }

    @Test
    void theServiceSeesAnExtendedConnectAndTheClientAnAcceptanceOfHttp1() throws Exception {
        client.send(HANDSHAKE + "Origin: https://app.example\r\nSec-WebSocket-Protocol: chat, superchat\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\r\nContent-Length: 0\r\nTE: trailers\r\n\r\n");
        Stream stream = upstream.accept();
        stream.then(s -> s.head(
                200,
                false,
                "sec-websocket-protocol",
                "chat",
                "sec-websocket-extensions",
                "permessage-deflate",
                "sec-websocket-accept",
                "of-another-key"));
        String answered = client.head();

        Http2Headers asked = stream.request();
        assertThat(asked.method()).hasToString("CONNECT");
        assertThat(asked.get(":protocol")).hasToString("websocket");
        assertThat(asked.scheme()).hasToString("http");
        assertThat(asked.path()).hasToString("/chat?x=1");
        assertThat(asked.authority()).hasToString(URI.create(upstream.url()).getAuthority());
        assertThat(asked.get("sec-websocket-version")).hasToString("13");
        assertThat(asked.get("sec-websocket-protocol")).hasToString("chat, superchat");
        assertThat(asked.get("sec-websocket-extensions")).hasToString("permessage-deflate");
        assertThat(asked.get("origin")).hasToString("https://app.example");
        assertThat(asked.get("via")).hasToString("1.1 obo-gateway");
        assertThat(asked.get("x-forwarded-host")).hasToString("front");
        for (String name : List.of("connection", "upgrade", "host", "sec-websocket-key", "te", "content-length")) {
            assertThat(asked.contains(name)).as(name).isFalse();
        }
        assertThat(answered).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        assertThat(answered.toLowerCase(Locale.ROOT))
                .containsOnlyOnce("\r\nconnection: upgrade\r\n")
                .containsOnlyOnce("\r\nupgrade: websocket\r\n")
                .containsOnlyOnce("\r\nsec-websocket-accept: ")
                .contains(
                        "\r\nsec-websocket-protocol: chat\r\n",
                        "\r\nsec-websocket-extensions: permessage-deflate\r\n",
                        "\r\nvia: 2.0 obo-gateway\r\n")
                .doesNotContain("transfer-encoding", "content-length");
        assertThat(answered).contains(ACCEPT);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 226})
    void anySuccessIsAnAcceptance(int status) throws Exception {
        Stream stream = ask();
        stream.then(s -> s.head(103, false, "link", "</a>").head(status, false).data("x", false));

        assertThat(client.head()).startsWith("HTTP/1.1 103 ");
        assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains(ACCEPT);
        assertThat(client.read(1)).isEqualTo("x");
    }

    @Test
    void bytesPassUntouchedBothWaysBesideOtherRequestsOfTheSameConnection() throws Exception {
        Stream stream = open();
        client.send("\u0000\u00ff" + PLAIN);
        received("\u0000\u00ff" + PLAIN);
        stream.then(s -> s.data("HTTP/1.1 200 OK\r\n\r\n\u0081\u0000", false));
        assertThat(client.read(21)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n\u0081\u0000");

        for (int i = 0; i < 4; i++) {
            try (RawConnection other = client().send(PLAIN)) {
                upstream.accept().then(s -> s.head(204, true));
                assertThat(other.message()).startsWith("HTTP/1.1 204 ");
            }
        }
        client.send("on");
        received("\u0000\u00ff" + PLAIN + "on");
        assertThat(upstream.connections()).isLessThanOrEqualTo(2); // one for each event loop
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isEqualTo(1);
    }

    @Test
    void bytesThatComeBeforeTheAnswerAreHeldAndThenBytesOfTheTunnel() throws Exception {
        client.send(HANDSHAKE + "\r\nearly");
        Stream stream = upstream.accept();
        client.send("more");
        stream.then(s -> s.head(200, false).data("first", false));

        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        assertThat(client.read(5)).isEqualTo("first");
        received("earlymore");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 403, 404, 500})
    void aServiceMayRefuseAndItsAnswerIsPassedOn(int status) throws Exception {
        client.send(HANDSHAKE + "\r\n" + PLAIN);
        Stream stream = upstream.accept();
        stream.then(
                s -> s.head(status, false, "content-length", "2", "x-a", "b").data("no", true));

        assertThat(client.message())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("x-a: b\r\n", "connection: close\r\n")
                .endsWith("no");
        assertThat(client.closedByPeer()).isTrue();
        Eventually.holds(() -> upstream.resets.size() == 1);
        assertThat(upstream.waiting()).isZero();
        assertThat(upstream.content()).isEmpty();
    }

    @Test
    void aServiceThatHasNotSaidThatItTakesWebSocketsSeesNoneAndTheClientLearnsTheRemedy() {
        restart(new ScriptedHttp2Upstream((stream, request, ended) -> stream.head(204, true)), LONG);
        String refused = client.send(HANDSHAKE + "\r\n").message();

        assertThat(refused)
                .startsWith("HTTP/1.1 501 ")
                .contains("\"code\":\"not_implemented\"", "RFC 8441", "protocol = http1");
        for (int i = 0; i < 6; i++) { // it is neither out of service nor is its connection used up
            assertThat(answerTo(HANDSHAKE + "\r\n")).startsWith("HTTP/1.1 501 ");
            assertThat(answerTo(PLAIN)).startsWith("HTTP/1.1 204 ");
        }
        assertThat(upstream.requests).hasSize(6);
        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void thatAServiceTakesNoWebSocketsIsNotRememberedBeyondItsWordOnTheConnection() throws Exception {
        restart(new ScriptedHttp2Upstream((stream, request, ended) -> {}), LONG);
        try (RawConnection first = client().send(HANDSHAKE + "\r\n")) {
            assertThat(first.message()).startsWith("HTTP/1.1 501 ");
        }
        client.send(PLAIN);
        Stream plain = upstream.accept();
        plain.then(s -> {
            s.handler()
                    .encoder()
                    .writeSettings(
                            s.ctx(),
                            new Http2Settings().connectProtocolEnabled(true),
                            s.ctx().newPromise());
            s.head(204, true);
        });
        assertThat(client.message()).startsWith("HTTP/1.1 204 ");

        open();
    }

    @Test
    void theServicesFirstWordIsAwaited() throws Exception {
        restart(ScriptedHttp2Upstream.forWebSockets(Duration.ofMillis(300)), LONG);

        open();
    }

    @Test
    void aServiceThatEndsTheStreamEndsTheTunnelAfterItsLastByte() throws Exception {
        Stream stream = open();
        stream.then(s -> s.data("some", false).data("last", true));

        assertThat(client.rest()).isEqualTo("somelast");
        received("|");
        Gauge.inFlight(gateway).becomes(0);
        assertThat(new Gauge(gateway, "gateway_tunnels").now()).isZero();
    }

    @Test
    void aServiceThatAcceptsAndEndsAtOnceHasBothSeen() throws Exception {
        Stream stream = ask();
        stream.then(s -> s.head(200, true));

        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        assertThat(client.closedByPeer()).isTrue();
        received("|");
    }

    @Test
    void aClientThatClosesEndsTheStreamAfterItsLastByte() throws Exception {
        Stream stream = open();
        client.send("last");
        client.close();

        received("last|");
        stream.then(s -> s.data("", true));
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aServiceThatDoesNotEndItsSideHasAMomentAndOneThatDoesIsLeftAlone() throws Exception {
        Stream ends = open();
        client.close();
        received("|");
        ends.then(s -> s.data("", true));
        client = client();
        Stream stays = open();
        long before = System.nanoTime();
        client.close();

        received("||");
        Eventually.holds(() -> closed(stays));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(upstream.resets).containsExactly("CANCEL"); // the first one's would have been due before
    }

    @Test
    void whatAClientSaidBeforeItLeftReachesASlowService() throws Exception {
        int size = 3 * MIB;
        Stream stream = open();
        upstream.takeNothing();
        client.send(FRAME_OF_4_GIB);
        Flood.into(client.socket().getOutputStream(), size);
        Eventually.holds(() -> upstream.content().length() > 60_000);
        stream.then(s -> s.take(upstream));
        client.finishSending();

        Eventually.holds(() -> upstream.content().endsWith("|"));
        assertThat(upstream.content()).hasSize(FRAME_OF_4_GIB.length() + size + 1);
    }

    @Test
    void aServiceThatResetsTheStreamBreaksTheTunnelOffAndNothingElse() throws Exception {
        Stream stream = open();
        try (RawConnection other = client().send(PLAIN)) {
            Stream plain = upstream.accept();
            stream.then(s -> s.data("x", false).reset(Http2Error.CANCEL));

            assertThat(client.read(1)).isEqualTo("x");
            assertThat(client.closedByPeer()).isTrue();
            plain.then(s -> s.head(204, true));
            assertThat(other.message()).startsWith("HTTP/1.1 204 ");
        }
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aServiceThatIsGoneBreaksTheTunnelOff() throws Exception {
        Stream stream = open();
        stream.then(s -> s.ctx().close()); // past the handler, which would wait for the stream

        assertThat(client.closedByPeer()).isTrue();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void fieldsInTheMidstOfATunnelAreAnError() throws Exception {
        Stream stream = open();
        stream.then(s -> s.trailers("a", "b"));

        assertThat(client.closedByPeer()).isTrue();
        Eventually.holds(() -> upstream.resets.equals(List.of("PROTOCOL_ERROR")));
    }

    @Test
    void switchingProtocolsDoesNotExistInHttp2() throws Exception {
        Stream stream = ask();
        stream.then(s -> s.head(101, false));

        assertThat(client.message()).startsWith("HTTP/1.1 502 ");
        Eventually.holds(() -> upstream.resets.equals(List.of("PROTOCOL_ERROR")));
    }

    @Test
    void aHandshakeThatTheServiceHasNotProcessedIsMadeAgain() throws Exception {
        client.send(HANDSHAKE + "\r\nearly");
        upstream.accept().then(s -> s.reset(Http2Error.REFUSED_STREAM));
        Stream again = upstream.accept();
        again.then(s -> s.head(200, false));

        assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains(ACCEPT);
        assertThat(again.request().contains("sec-websocket-key")).isFalse();
        received("early");
    }

    @Test
    void anAcceptanceSaysThatItsAddressWorks() throws Exception {
        for (int round = 0; round < 3; round++) { // five failures in a row would be too many
            for (int i = 0; i < 3; i++) {
                client.send("POST /fails HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                upstream.accept().then(s -> s.reset(Http2Error.INTERNAL_ERROR));
                assertThat(client.message()).startsWith("HTTP/1.1 502 ");
            }
            open().then(s -> s.data("", true));
            assertThat(client.closedByPeer()).isTrue();
            client = client();
        }
    }

    @Test
    void aTunnelOutlivesTheGoodbyeOfItsConnection() throws Exception {
        Stream stream = open();
        stream.then(s -> s.goAway(s.id()));
        stream.then(s -> s.data("here", false));
        assertThat(client.read(4)).isEqualTo("here");
        client.send("still");

        received("still");
    }

    @Test
    void aTunnelThatHasEndedLeavesItsPlaceOnTheConnection() throws Exception {
        restart(
                new ScriptedHttp2Upstream(
                        (stream, request, ended) -> {},
                        new Http2Settings().maxConcurrentStreams(1).connectProtocolEnabled(true)),
                LONG);
        for (int i = 0; i < 6; i++) {
            Stream stream = open();
            if (i % 2 == 0) {
                stream.then(s -> s.data("", true));
                assertThat(client.closedByPeer()).isTrue();
            } else {
                client.close();
                int ends = i + 1;
                Eventually.holds(() -> upstream.content().length() == ends);
                stream.then(s -> s.data("", true));
            }
            Gauge.inFlight(gateway).becomes(0);
            client.close();
            client = client();
        }
        assertThat(upstream.connections()).isLessThanOrEqualTo(2); // one for each event loop
    }

    @Test
    void whatAnEndDoesNotTakeIsNotReadFromTheOther() throws Exception {
        Stream stream = open();
        upstream.takeNothing();
        long before = DirectMemory.used();
        client.send(FRAME_OF_4_GIB);
        Flood up = Flood.into(client.socket().getOutputStream(), 1L << 30);
        stream.then(s -> {
            s.data(FRAME_OF_4_GIB, false);
            for (int i = 0; i < 64; i++) {
                s.data("x".repeat(MIB), false);
            }
        });
        up.awaitStanding();

        assertThat(up.sent()).isLessThan(64L * MIB);
        assertThat(upstream.content().length())
                .as("what the gateway has sent on")
                .isLessThanOrEqualTo(65_535);
        Eventually.becomes("what the service may still send", LONG, () -> window(stream), 0);
        assertThat(DirectMemory.used() - before).isLessThan(8L * MIB);
        try (RawConnection other = client().send(PLAIN)) { // nobody else is held up
            upstream.accept().then(s -> s.head(204, true));
            assertThat(other.message()).startsWith("HTTP/1.1 204 ");
        }
        up.abandon();
    }

    private static int window(Stream stream) {
        return asked(
                stream,
                at -> at.handler()
                        .connection()
                        .remote()
                        .flowController()
                        .windowSize(at.handler().connection().stream(at.id())));
    }

    private static boolean closed(Stream stream) {
        return asked(stream, at -> at.handler().connection().stream(at.id()) == null);
    }

    /** On its event loop. */
    private static <T> T asked(Stream stream, Function<Stream, T> question) {
        return CompletableFuture.supplyAsync(
                        () -> question.apply(stream), stream.ctx().executor())
                .join();
    }

    @Test
    void mebibytesPassBothWays() throws Exception {
        Stream stream = open();
        stream.then(s -> s.data(FRAME_OF_4_GIB + "y".repeat(3 * MIB), false));
        client.send(FRAME_OF_4_GIB);
        Flood up = Flood.into(client.socket().getOutputStream(), 3L * MIB);

        client.skip(FRAME_OF_4_GIB.length() + 3 * MIB);
        up.awaitDone();
        Eventually.holds(() -> upstream.content().length() == FRAME_OF_4_GIB.length() + 3 * MIB);
    }

    @Test
    void anIdleTunnelIsClosedWithAReason() throws Exception {
        restart(ScriptedHttp2Upstream.forWebSockets(), TestGateway.SHORT);
        open();

        assertThat(client.rest()).isEqualTo("\u0088\u0013\u0003\u00e9idle for too long");
        Eventually.holds(() -> upstream.content().endsWith("|"));
        assertThat(upstream.content()).startsWith("\u0088\u0093").hasSize(2 + 4 + 2 + 17 + 1);
    }

    @Test
    void aTunnelThatIsUsedIsNotIdle() throws Exception {
        restart(ScriptedHttp2Upstream.forWebSockets(), TestGateway.SHORT);
        Stream stream = open();
        long until = System.nanoTime() + TestGateway.SHORT.multipliedBy(3).toNanos();
        while (System.nanoTime() - until < 0) {
            stream.then(s -> s.data("\u0089\u0000", false));
            assertThat(client.read(2)).isEqualTo("\u0089\u0000");
        }
        assertThat(upstream.content()).isEmpty();
    }

    @Test
    void stoppingSaysGoingAwayBetweenTwoFrames() throws Exception {
        gateway.close();
        gateway = TestGateway.start(
                TestGateway.route(TestGateway.http2(upstream.url(), 0), new RouteTimeouts(LONG, LONG, LONG), 1),
                new GatewayConfig.Timeouts(LONG, LONG, LONG),
                10);
        client.close();
        client = client();
        Stream stream = open();
        stream.then(s -> s.data("\u0082\u0005abc", false));
        assertThat(client.read(5)).isEqualTo("\u0082\u0005abc");

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
        Eventually.holds(() -> upstream.content().startsWith("\u0088\u0099")); // that direction is between frames
        stream.then(s -> s.data("de\u0082\u0001x", false));

        assertThat(client.rest()).isEqualTo("de\u0088\u0019\u0003\u00e9the gateway is stopping");
        Eventually.holds(() -> upstream.content().endsWith("|"));
        stream.then(s -> s.data("", true));
        client.close();
        stopped.join();
    }
}
