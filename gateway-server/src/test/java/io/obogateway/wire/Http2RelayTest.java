package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Requests that come by HTTP/2 and what becomes of them, to an upstream that speaks HTTP/1.1. */
class Http2RelayTest extends Http2Conversation {
    private static final int NO_ERROR = 0;
    private static final int INTERNAL_ERROR = 2;
    private static final int CANCEL = 8;

    @Test
    void aRequestGoesOnAsHttp11AndItsResponseComesBack() {
        client.get(1, "/x?y=1", "cookie", "a=1", "accept", "*/*", "cookie", "b=2");
        RawConnection peer = upstream.accept();
        String request = peer.message();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Up: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nok");
        Http2Connection.Response response = client.response(1);

        assertThat(request)
                .startsWith("GET /x?y=1 HTTP/1.1\r\n")
                .contains("accept: */*\r\n", "cookie: a=1; b=2\r\n", "via: 2.0 obo-gateway\r\n")
                .contains("x-forwarded-host: a\r\n", "x-forwarded-proto: http\r\n", "x-forwarded-for: 127.0.0.1\r\n")
                .doesNotContain("content-length", "transfer-encoding");
        assertThat(response.head())
                .startsWith(":status: 200\n")
                .contains(
                        "content-length: 2\n", "x-up: 1\n", "set-cookie: a\nset-cookie: b\n", "via: 1.1 obo-gateway\n");
        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.reset()).isEqualTo(-1);
    }

    @Test
    void manyStreamsAreAnsweredInTheOrderOfTheirUpstreams() {
        client.get(1, "/1").get(3, "/3").get(5, "/5");
        RawConnection[] peers = {upstream.accept(), upstream.accept(), upstream.accept()};
        for (int i = 2; i >= 0; i--) {
            String path = peers[i].head().split(" ", 3)[1];
            peers[i].send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + path);
            int stream = Integer.parseInt(path.substring(1));
            assertThat(client.response(stream).body()).isEqualTo(path);
        }
    }

    @Test
    void contentOfUnknownLengthGoesOnInChunksAndTrailersPassBothWays() {
        client.request(1, "POST", "/", false, "te", "trailers").data(1, false, "ab");
        RawConnection peer = upstream.accept();
        String head = peer.head();
        assertThat(peer.readUntil("ab\r\n")).isEqualTo("2\r\nab\r\n");
        client.data(1, false, "c").headers(1, true, "x-sum", "3", "authorization", "no");
        assertThat(peer.readUntil("\r\n\r\n")).isEqualTo("1\r\nc\r\n0\r\nx-sum: 3\r\n\r\n");
        peer.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n");
        Http2Connection.Response response = client.response(1);

        assertThat(head).contains("transfer-encoding: chunked\r\n", "te: trailers\r\n");
        assertThat(response.head()).doesNotContain("transfer-encoding");
        assertThat(response.body()).isEqualTo("de");
        assertThat(response.trailers()).isEqualTo("x-end: 1\n");
    }

    @Test
    void contentOfKnownLengthKeepsIt() {
        client.request(1, "PUT", "/", false, "content-length", "3").data(1, true, "abc");
        RawConnection peer = upstream.accept();
        assertThat(peer.message())
                .contains("content-length: 3\r\n")
                .endsWith("\r\n\r\nabc")
                .doesNotContain("chunked");
        peer.send("HTTP/1.1 204 No Content\r\n\r\n");
        Http2Connection.Response response = client.response(1);
        assertThat(response.head()).startsWith(":status: 204\n");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aResponseThatHasNoContentAnnouncesNone() {
        client.get(1, "/");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX-Up: 1\r\n\r\n");
        Http2Connection.Response response = client.response(1);
        assertThat(response.head()).contains("x-up: 1\n").doesNotContain("content-length");
    }

    @Test
    void aPostWithoutContentSaysSo() {
        client.request(1, "POST", "/", true);
        assertThat(upstream.accept().head()).contains("content-length: 0\r\n");
    }

    @Test
    void headIsAnsweredWithoutContent() {
        client.request(1, "HEAD", "/", true);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        assertThat(client.response(1).head()).contains("content-length: 500\n");
        client.request(3, "HEAD", "/%2e%2e/x", true);
        Http2Connection.Response refused = client.response(3);
        assertThat(refused.head()).startsWith(":status: 400\n");
        assertThat(refused.body()).isEmpty();
    }

    @Test
    void interimResponsesPassAndContinueIsTheGateways() {
        client.request(1, "POST", "/", false, "content-length", "1", "expect", "100-continue");
        RawConnection peer = upstream.accept();
        assertThat(peer.head()).doesNotContain("expect:");
        peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        client.until(Http2Connection.HEADERS);
        client.until(Http2Connection.HEADERS);
        client.data(1, true, "z");
        assertThat(peer.read(1)).isEqualTo("z");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.response(1).head()).startsWith(":status: 200\n");
        assertThat(client.of(1).interim.toString()).startsWith(":status: 100\n").contains(":status: 103\nlink: </x>\n");
    }

    @Test
    void aResponseThatEndsWithItsConnectionIsComplete() {
        client.get(1, "/");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\n\r\nall");
        peer.finishSending();
        Http2Connection.Response response = client.response(1);
        assertThat(response.body()).isEqualTo("all");
        assertThat(response.reset()).isEqualTo(-1);
    }

    @Test
    void aResponseThatBreaksOffIsReset() {
        client.get(1, "/").get(3, "/");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        peer.reset();
        RawConnection other = upstream.accept();
        other.head();
        other.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.response(1).reset()).isEqualTo(INTERNAL_ERROR);
        assertThat(client.response(3).body()).isEqualTo("ok");
    }

    @Test
    void aRefusalWhileTheRequestStillComesIsCompleteAndEndsTheStream() {
        client.request(1, "POST", "/%2e%2e/", false, "content-length", "100000").data(1, false, "some");
        Http2Connection.Response response = client.response(1);
        assertThat(response.head()).startsWith(":status: 400\n").contains("application/problem+json");
        assertThat(response.body()).contains("\"code\":\"bad_request\"");
        assertThat(client.until(Http2Connection.RST_STREAM).error()).isEqualTo(NO_ERROR);
        client.get(3, "/next");
        assertThat(upstream.accept().head()).startsWith("GET /next ");
    }

    @Test
    void whatIsOnItsWayOnAStreamThatWeResetIsIgnored() {
        client.request(1, "POST", "/%2e%2e/", false);
        assertThat(client.until(Http2Connection.RST_STREAM).error()).isEqualTo(NO_ERROR);
        for (int i = 0; i < 2000; i++) {
            client.data(1, false, "message");
        }
        client.headers(1, true, "x", "trailer").get(3, "/next");
        assertThat(upstream.accept().head()).startsWith("GET /next ");
    }

    @Test
    void anUpstreamThatAnswersEarlyIsHeard() {
        client.request(1, "POST", "/", false).data(1, false, "some");
        RawConnection peer = upstream.accept();
        peer.readUntil("some\r\n");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
        assertThat(client.response(1).body()).isEqualTo("no");
        assertThat(client.until(Http2Connection.RST_STREAM).error()).isEqualTo(NO_ERROR);
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aClientThatResetsAStreamStopsItsUpstreamRequestAndNoOther() {
        client.get(1, "/a").get(3, "/b");
        RawConnection first = upstream.accept();
        RawConnection second = upstream.accept();
        RawConnection a = first.head().startsWith("GET /a") ? first : second;
        RawConnection b = a == first ? second : first;
        client.frame(Http2Connection.RST_STREAM, 0, 1, Http2Connection.number(CANCEL));
        assertThat(a.closedByPeer()).isTrue();
        if (b == second) {
            b.head();
        }
        b.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
        assertThat(client.response(3).body()).isEqualTo("b");
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aClientThatLeavesStopsAllItsUpstreamRequests() {
        client.get(1, "/").get(3, "/").request(5, "POST", "/", false).data(5, false, "x");
        RawConnection[] peers = {upstream.accept(), upstream.accept(), upstream.accept()};
        for (RawConnection peer : peers) {
            peer.head();
        }
        client.close();
        Gauge.inFlight(gateway).becomes(0);
        for (RawConnection peer : peers) {
            peer.rest();
        }
    }

    @Test
    void http11IsSpokenOnTheSamePort() {
        try (RawConnection old = RawConnection.to(gateway.port())) {
            old.send("P").send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            RawConnection peer = upstream.accept();
            assertThat(peer.head()).startsWith("POST / HTTP/1.1\r\n").contains("via: 1.1 obo-gateway");
        }
    }

    @Test
    void aPrefaceInPiecesIsAPreface() {
        try (Http2Connection slow = Http2Connection.bare(gateway.port())) {
            for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                slow.send(new byte[] {b});
            }
            slow.frame(Http2Connection.SETTINGS, 0, 0, new byte[0]).get(1, "/");
            assertThat(upstream.accept().head()).startsWith("GET / ");
        }
    }
}
