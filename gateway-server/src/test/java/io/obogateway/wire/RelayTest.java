package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and responses pass through with what is theirs and without what belongs to one hop. */
class RelayTest extends Http1Conversation {
    @Test
    void endToEndFieldsPassInOrderAndHopByHopFieldsDoNot() {
        client.send("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-One: 1\r\nAccept: a\r\nAccept: b\r\n"
                + "Connection: keep-alive, X-Hop, Authorization, X-Forwarded-For\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
                + "Proxy-Authorization: Basic eA==\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nForwarded: for=1.2.3.4\r\n"
                + "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\n"
                + "Authorization: Bearer inbound\r\nVia: 1.0 front\r\n\r\n");

        RawConnection peer = upstream.accept();
        String request = peer.head().toLowerCase(Locale.ROOT);

        assertThat(request).startsWith("get /a?b=c http/1.1\r\n");
        assertThat(request)
                .contains(
                        "\r\nx-one: 1\r\n",
                        "\r\naccept: a\r\naccept: b\r\n",
                        "\r\nhost: 127.0.0.1:" + upstream.port() + "\r\n",
                        "\r\nx-forwarded-for: 127.0.0.1\r\n",
                        "\r\nx-forwarded-proto: http\r\n",
                        "\r\nx-forwarded-host: shop.example\r\n",
                        "\r\nvia: 1.0 front\r\n",
                        "\r\nvia: 1.1 obo-gateway\r\n",
                        "\r\ntraceparent: 00-")
                .doesNotContain("x-hop", "keep-alive", "proxy-auth", "upgrade", "http2-settings", "\r\nforwarded:")
                .doesNotContain("1.2.3.4", "evil", "x-forwarded-port", "authorization", "inbound");
        answer(
                peer,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Mine\r\nX-Mine: 1\r\n"
                        + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nKeep-Alive: timeout=5\r\n\r\nok");
        assertThat(client.message())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n", "\r\nvia: 1.1 obo-gateway\r\n")
                .doesNotContain("X-Mine", "Keep-Alive")
                .endsWith("\r\n\r\nok");
    }

    @Test
    void aValidTraceIsContinued() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        client.send("GET / HTTP/1.1\r\nHost: a\r\nTraceparent: " + traceparent + "\r\n\r\n");

        RawConnection peer = upstream.accept();

        assertThat(peer.head()).contains("traceparent: " + traceparent + "\r\n");
        answer(peer, "HTTP/1.1 204 No Content\r\n\r\n");
        client.head();
    }

    @Test
    void connectionsAreKeptAliveOnBothSides() {
        RawConnection peer = null;
        for (int i = 0; i < 5; i++) {
            client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            peer = peer == null ? upstream.accept() : peer;
            assertThat(peer.head()).startsWith("GET /" + i + " ");
            answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + i);
            assertThat(client.message()).endsWith("\r\n\r\n" + i);
        }
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");

        RawConnection peer = upstream.accept();
        for (int i = 1; i <= 3; i++) {
            assertThat(peer.message()).contains(" /" + i + " ");
            answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + i);
        }

        for (int i = 1; i <= 3; i++) {
            assertThat(client.message()).endsWith("\r\n\r\n" + i);
        }
    }

    @Test
    void chunksAndTrailersPassBothWays() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"
                + "3\r\nabc\r\n0\r\nX-Sum: 1\r\nAuthorization: Bearer late\r\n\r\n");

        RawConnection peer = upstream.accept();
        assertThat(peer.message())
                .contains(
                        "transfer-encoding: chunked\r\n",
                        "te: trailers\r\n",
                        "\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n")
                .doesNotContain("late");
        answer(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-End: 1\r\n\r\n");
        assertThat(client.message()).endsWith("2\r\nok\r\n0\r\nX-End: 1\r\n\r\n");
    }

    @Test
    void aResponseToHeadHasTheFieldsOfContentAndNone() {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        assertThat(client.head()).contains("Content-Length: 1000\r\n");

        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        peer.head();
        answer(peer, "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 304 ").doesNotContain("chunked");

        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).endsWith("\r\n\r\nok");
    }

    @Test
    void aResponseThatEndsWithItsConnectionIsChunkedForTheClient() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
        peer.close();

        assertThat(client.message()).contains("transfer-encoding: chunked\r\n").endsWith("\r\n0\r\n\r\n");
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(upstream.accept().head()).startsWith("GET / ");
    }

    @Test
    void anHttp10ClientGetsNoChunksAndLearnsTheEndFromTheClose() {
        client.send("GET / HTTP/1.0\r\n\r\n");
        RawConnection peer = upstream.accept();
        assertThat(peer.head()).startsWith("GET / HTTP/1.1\r\n").contains("via: 1.0 obo-gateway\r\n");
        answer(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

        assertThat(client.rest())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .doesNotContainIgnoringCase("transfer-encoding")
                .contains("connection: close\r\n")
                .endsWith("\r\n\r\nok");
    }

    @Test
    void anHttp10ClientMayKeepItsConnection() {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).contains("connection: keep-alive\r\n");

        client.send("GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(peer.head()).startsWith("GET /2 ");
    }

    @Test
    void contentIsAskedForOnlyOnceTheRequestIsAccepted() {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        RawConnection peer = upstream.accept();

        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.send("abc");
        assertThat(peer.message()).doesNotContainIgnoringCase("expect").endsWith("\r\n\r\nabc");
        answer(peer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 201 Created\r\n");
    }

    @Test
    void anotherExpectationFails() {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: miracles\r\n\r\nabc");

        assertThat(client.message()).startsWith("HTTP/1.1 417 ").contains("\"code\":\"expectation_failed\"");
    }

    @Test
    void earlyHintsPassAndSwitchingProtocolsUnaskedDoesNot() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 103 Early Hints\r\n").contains("Link: </a>\r\n");
        answer(peer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nboo");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\"code\":\"upstream_invalid\"");
    }

    @Test
    void anEarlyResponseEndsTheExchangeAndNeitherConnectionIsUsedAgain() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");

        assertThat(client.message())
                .startsWith("HTTP/1.1 403 ")
                .contains("connection: close\r\n")
                .endsWith("no");
        client.send("x".repeat(100_000));
        assertThat(client.closedByPeer()).isTrue();
        assertThat(peer.rest()).doesNotContain("xxx");
    }

    @Test
    void aClientThatLeavesStopsItsUpstreamRequest() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();

        client.reset();

        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aConnectionThatClosedWhileIdleIsNotPicked() throws IOException {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        answer(first, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.message();
        first.finishSending();
        assertThat(first.closedByPeer()).isTrue();

        client.send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");

        assertThat(upstream.accept().message()).startsWith("POST /2 ");
    }

    @Test
    void aConnectionWithSurplusBytesIsNotUsedAgain() {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        answer(
                first,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        assertThat(client.message()).endsWith("\r\n\r\nok");
        assertThat(first.closedByPeer()).isTrue();

        client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");

        RawConnection second = upstream.accept();
        assertThat(second.head()).startsWith("GET /2 ");
        answer(second, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue");
        assertThat(client.message()).endsWith("\r\n\r\ntrue");
    }

    @Test
    void anIdempotentRequestIsTriedAgainWhenItsKeptConnectionDies() {
        RawConnection first = warmConnection();
        client.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
        first.head();
        first.close();

        RawConnection second = upstream.accept();
        assertThat(second.head()).startsWith("GET /again ");
        answer(second, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0\r\n\r\n", "0\r\nX-T: 1\r\n\r\n"})
    void chunksWithoutContentAreChunksAgain(String chunks) {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.message();
        client.send("GET /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        String first = peer.message();
        assertThat(first).startsWith("GET /2 ").endsWith("\r\n\r\n" + chunks);
        peer.close();

        RawConnection second = upstream.accept();
        assertThat(second.message()).isEqualTo(first);
        answer(second, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(second.head()).startsWith("GET /3 ");
    }

    @Test
    void aRequestWithContentIsNotTriedAgain() {
        RawConnection first = warmConnection();
        client.send("POST /once HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        first.message();
        first.close();

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\"code\":\"upstream_invalid\"");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aFreshConnectionThatDiesIsNotTriedAgain() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        first.close();

        assertThat(client.message()).startsWith("HTTP/1.1 502 ");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aMalformedResponseIs502() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("the service's response is malformed");
    }

    @Test
    void aTruncatedResponseIsSeenToBeTruncated() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        assertThat(client.readUntil("abc\r\n")).contains("200 OK");
        peer.close();

        assertThat(client.rest()).doesNotContain("0\r\n\r\n");
    }

    @Test
    void aServiceThatCannotBeReachedIs503() {
        int port = upstream.port();
        upstream.close();
        try (GatewayServer lonely = TestGateway.patient("http://127.0.0.1:" + port);
                RawConnection caller = RawConnection.to(lonely.port())) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(caller.message())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1\r\n", "\"code\":\"upstream_unavailable\"", "\"route\":\"all\"")
                    .doesNotContain("127.0.0.1", String.valueOf(port));
        }
    }

    private RawConnection warmConnection() {
        client.send("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        answer(peer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.message();
        return peer;
    }

    private static void answer(RawConnection peer, String response) {
        peer.send(response);
    }
}
