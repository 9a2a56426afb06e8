package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a service sends beyond, or instead of, one clear response ever answers another request. */
class SmugglingTest extends Http1Conversation {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "\r\n",
                "HTTP/1.1 200 OK\r\nSet-Cookie: poison=1\r\nX-Rest: ",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
            })
    void whatFollowsAResponseInTheSamePacketAnswersNoPipelinedRequest(String surplus) {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        first.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + surplus);

        assertThat(client.message()).endsWith("\r\n\r\nok");
        RawConnection second = upstream.accept();
        assertThat(second.head()).startsWith("GET /2 ");
        second.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue");
        assertThat(client.message()).endsWith("\r\n\r\ntrue").doesNotContain("poison");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\r\n", "HTTP/1.1 200 OK\r\nSet-Cookie: poison=1\r\nX-Rest: "})
    void bytesOnAnIdleConnectionCloseItHoweverFew(String surplus) {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        first.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).endsWith("\r\n\r\nok");

        first.send(surplus);

        assertThat(first.closedByPeer()).isTrue();
    }

    @Test
    void contentOfAResponseToHeadIsNotTheBeginningOfTheNextResponse() {
        client.send("HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection first = upstream.accept();
        first.head();
        first.send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nX-Poison: 1\r\nX-Rest: ");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");

        assertThat(first.closedByPeer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: xchunked\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n X: folded\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 42 What\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 2000 What\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
            })
    void aResponseThatCanBeReadInTwoWaysIs502(String response) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(response);

        assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\"code\":\"upstream_invalid\"");
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void aResponseThatBeginsAndBreaksIsNotAskedForAgain() {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.message();
        client.send("DELETE /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        peer.head();

        peer.send("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 502 ");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void interimResponsesCarryNoFraming() {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

        assertThat(client.head().toLowerCase(Locale.ROOT))
                .startsWith("http/1.1 103 early hints\r\n")
                .contains("link: </a>\r\n")
                .doesNotContain("content-length", "transfer-encoding");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("content-length: 5\r\n");
    }

    @Test
    void aResponseToHeadOnAnHttp10ConnectionKeepsItsLength() {
        client.send("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

        assertThat(client.head()).containsIgnoringCase("content-length: 5\r\n").contains("connection: keep-alive\r\n");
    }

    @Test
    void aRefusalToHeadHasNoContentAndTheConnectionIsStillInStep() {
        client.send("HEAD /../a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 400 ");

        client.send("GET /../b HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 400 ").contains("\"code\":\"bad_request\"");
    }
}
