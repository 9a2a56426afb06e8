package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.obogateway.wire.Http2Connection.Response;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSockets that are streams on both sides of the gateway (RFC 8441). */
class Http2WebSocketToHttp2Test extends Http1ToHttp2Conversation {
    private static final String HEAD_OF_A_MEBIBYTE = "\u0082\u007f\u0000\u0000\u0000\u0000\u0000\u0010\u0000\u0000";
    private static final int MIB = 1 << 20;

    private Http2Connection client;

    @BeforeEach
    void start() {
        start(ScriptedHttp2Upstream.forWebSockets());
        client = Http2Connection.to(gateway.port());
    }

    @AfterEach
    void leave() {
        client.close();
    }

    private Stream ask(int stream, String... more) throws InterruptedException {
        client.headers(stream, false, Http2Connection.webSocket("/chat?x=1", more));
        return upstream.accept();
    }

    /** A WebSocket that both ends agree on. */
    private Stream open(int id) throws InterruptedException {
        Stream stream = ask(id);
        stream.then(s -> s.head(200, false));
        assertThat(client.headOf(id).head()).contains(":status: 200\n");
        return stream;
    }

    private void receive(int stream, int bytes) {
        while (client.of(stream).body.size() < bytes) {
            client.until(Http2Connection.DATA);
        }
    }

    @Test
    void aConnectBecomesAConnectAndItsAnswerStaysOne() throws Exception {
        Stream stream = ask(1, "sec-websocket-protocol", "chat", "sec-websocket-key", "mine");
        stream.then(s -> s.head(201, false, "sec-websocket-protocol", "chat", "sec-websocket-accept", "x"));
        Response answer = client.headOf(1);

        Http2Headers asked = stream.request();
        assertThat(asked.method()).hasToString("CONNECT");
        assertThat(asked.get(":protocol")).hasToString("websocket");
        assertThat(asked.path()).hasToString("/chat?x=1");
        assertThat(asked.get("sec-websocket-version")).hasToString("13");
        assertThat(asked.get("sec-websocket-protocol")).hasToString("chat");
        assertThat(asked.get("via")).hasToString("2.0 obo-gateway");
        for (String name : List.of("connection", "upgrade", "host", "sec-websocket-key")) {
            assertThat(asked.contains(name)).as(name).isFalse();
        }
        assertThat(answer.head())
                .contains(":status: 200\n", "sec-websocket-protocol: chat\n", "via: 2.0 obo-gateway\n")
                .doesNotContain("sec-websocket-accept", "connection", "upgrade", "transfer-encoding");
    }

    @Test
    void bytesPassUntouchedBothWaysBesideOtherRequests() throws Exception {
        Stream stream = open(1);
        client.data(1, false, "\u0081\u0082mask");
        Eventually.holds(() -> upstream.content().equals("\u0081\u0082mask"));
        client.get(3, "/other");
        upstream.accept().then(s -> s.head(200, false).data("ok", true));
        assertThat(client.response(3).body()).isEqualTo("ok");

        stream.then(s -> s.data("HTTP/1.1 200", false));
        receive(1, 12);
        assertThat(client.of(1).body()).isEqualTo("HTTP/1.1 200");
        assertThat(upstream.connections()).isEqualTo(1);
    }

    @Test
    void aMebibytePassesBothWays() throws Exception {
        Stream stream = open(1);
        client.data(1, false, HEAD_OF_A_MEBIBYTE);
        assertThat(client.upload(1, MIB)).isEqualTo(MIB);
        Eventually.holds(() -> upstream.content().length() == HEAD_OF_A_MEBIBYTE.length() + MIB);

        client.allow(0, MIB).allow(1, MIB);
        stream.then(s -> s.data(HEAD_OF_A_MEBIBYTE + "x".repeat(MIB), false));
        receive(1, HEAD_OF_A_MEBIBYTE.length() + MIB);
        assertThat(client.of(1).body.size()).isEqualTo(HEAD_OF_A_MEBIBYTE.length() + MIB);
    }

    @Test
    void whatAnEndDoesNotTakeIsNotTakenFromTheOther() throws Exception {
        Stream stream = open(1);
        upstream.takeNothing();
        client.data(1, false, "\u0082\u007f\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000"); // of 4 GiB
        assertThat(client.upload(1, 64L * MIB)).isLessThan(MIB);

        stream.then(s -> s.data(HEAD_OF_A_MEBIBYTE + "x".repeat(MIB), false));
        receive(1, 60_000);
        Eventually.holds(() -> stream.handler()
                        .connection()
                        .remote()
                        .flowController()
                        .windowSize(stream.handler().connection().stream(stream.id()))
                == 0);
        client.get(3, "/other");
        upstream.accept().then(s -> s.head(204, true));
        assertThat(client.response(3).head()).contains(":status: 204\n");
    }

    @Test
    void whatComesBeforeTheAnswerIsHeldAndThenPassedOnWithTheEnd() throws Exception {
        Stream stream = ask(1);
        client.data(1, false, "early").data(1, true, "last");
        client.get(3, "/other"); // read behind it
        upstream.accept();
        stream.then(s -> s.head(200, false));

        Eventually.holds(() -> upstream.content().equals("earlylast|"));
        assertThat(client.response(1).reset()).isEqualTo(-1);
        stream.then(s -> s.data("", true));
    }

    @Test
    void theEndOfEitherStreamEndsTheOther() throws Exception {
        Stream stream = open(1);
        client.data(1, true, "last");
        Eventually.holds(() -> upstream.content().equals("last|"));
        assertThat(client.response(1).reset()).isEqualTo(-1);
        stream.then(s -> s.data("", true));

        Stream second = open(3);
        second.then(s -> s.data("last", true));
        assertThat(client.response(3).body()).isEqualTo("last");
        assertThat(client.of(3).reset()).isEqualTo(-1);
        Eventually.holds(() -> upstream.content().equals("last||"));
        assertThat(upstream.resets).isEmpty();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aResetOfEitherStreamEndsTheOther() throws Exception {
        open(1);
        client.frame(Http2Connection.RST_STREAM, 0, 1, Http2Connection.number((int) Http2Error.CANCEL.code()));
        Eventually.holds(() -> upstream.content().equals("|"));
        Eventually.holds(() -> upstream.resets.equals(List.of("CANCEL"))); // it has had its moment

        open(3).then(s -> s.reset(Http2Error.CANCEL));
        assertThat(client.response(3).reset()).isEqualTo((int) Http2Error.CANCEL.code());
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aServiceMayRefuse() throws Exception {
        Stream stream = ask(1);
        client.data(1, false, "early");
        stream.then(s -> s.head(403, false, "content-length", "2").data("no", true));

        assertThat(client.response(1).head()).contains(":status: 403\n");
        assertThat(client.of(1).body()).isEqualTo("no");
        assertThat(upstream.content()).isEmpty();
    }

    @Test
    void aServiceThatHasNotSaidThatItTakesWebSocketsSeesNone() {
        client.close();
        stop();
        start(new ScriptedHttp2Upstream(
                (stream, request, ended) -> {}, new Http2Settings().connectProtocolEnabled(false)));
        client = Http2Connection.to(gateway.port());
        client.headers(1, false, Http2Connection.webSocket("/chat"));

        assertThat(client.response(1).head()).contains(":status: 501\n");
        assertThat(client.of(1).body()).contains("\"code\":\"not_implemented\"", "protocol = http1");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aGatewayThatStopsSaysGoingAwayToBothEnds() throws Exception {
        open(1);
        gateway.close();

        Eventually.holds(() -> upstream.content().startsWith("\u0088\u0099"));
        assertThat(client.response(1).body.toByteArray())
                .endsWith("the gateway is stopping".getBytes(StandardCharsets.US_ASCII));
    }
}
