package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed requests are refused, each for itself: the others on its connection go on, and no upstream hears of it. */
class Http2MalformedTest extends Http2Conversation {
    private static final int PROTOCOL_ERROR = 1;

    static Stream<Arguments> heads() {
        return Stream.of(
                head("no method", 400, ":scheme", "http", ":authority", "a", ":path", "/"),
                head("no path", 400, ":method", "GET", ":scheme", "http", ":authority", "a"),
                head("empty path", 400, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", ""),
                head("no scheme", 400, ":method", "GET", ":authority", "a", ":path", "/"),
                head("other scheme", 400, ":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/"),
                head("no host", 400, ":method", "GET", ":scheme", "http", ":path", "/"),
                head("two methods", 400, get("/", ":method", "POST")),
                head("two paths", 400, get("/", ":path", "/x")),
                head("two authorities", 400, get("/", ":authority", "a")),
                head("unknown pseudo", 400, get("/", ":proto", "x")),
                head("response pseudo", 400, get("/", ":status", "200")),
                head("pseudo behind field", 400, ":method", "GET", ":scheme", "http", "x", "y", ":path", "/"),
                head("extended connect", 400, get("/", ":protocol", "websocket")),
                head("relative path", 400, get("x")),
                head("asterisk of GET", 400, get("*")),
                head("absolute path", 400, get("http://b/")),
                head("blank in path", 400, get("/ HTTP/1.1\r\nx: y")),
                head("line feed in path", 400, get("/\nx")),
                head("NUL in path", 400, get("/\0")),
                head("blank in method", 400, ":method", "GET /x", ":scheme", "http", ":authority", "a", ":path", "/"),
                head("empty method", 400, ":method", "", ":scheme", "http", ":authority", "a", ":path", "/"),
                head("upper case", 400, get("/", "X-Upper", "1")),
                head("blank in name", 400, get("/", "x y", "1")),
                head("colon in name", 400, get("/", "x:y", "1")),
                head("empty name", 400, get("/", "", "1")),
                head("line feed in name", 400, get("/", "x\ny", "1")),
                head("line feed in value", 400, get("/", "x", "1\ny: 2")),
                head("return in value", 400, get("/", "x", "1\ry")),
                head("NUL in value", 400, get("/", "x", "1\0")),
                head("control in value", 400, get("/", "x", "1\u0001")),
                head("blank before value", 400, get("/", "x", " 1")),
                head("tab after value", 400, get("/", "x", "1\t")),
                head("connection", 400, get("/", "connection", "close")),
                head("keep-alive", 400, get("/", "keep-alive", "timeout=5")),
                head("proxy-connection", 400, get("/", "proxy-connection", "close")),
                head("transfer-encoding", 400, get("/", "transfer-encoding", "chunked")),
                head("upgrade", 400, get("/", "upgrade", "websocket")),
                head("te", 400, get("/", "te", "gzip")),
                head("hixie", 400, get("/", "sec-websocket-key1", "1")),
                head("host differs", 400, get("/", "host", "b")),
                head("two hosts", 400, get("/", "host", "a", "host", "a")),
                head("user in authority", 400, ":method", "GET", ":scheme", "http", ":authority", "u@a", ":path", "/"),
                head("dots", 400, get("/a/../b")),
                head("encoded slash", 400, get("/a%2fb")),
                head("length is no number", 400, get("/", "content-length", "x1")),
                head("trace", 405, ":method", "TRACE", ":scheme", "http", ":authority", "a", ":path", "/"),
                head("connect", 405, ":method", "CONNECT", ":authority", "a:443"),
                head("connect to no authority", 400, ":method", "CONNECT", ":authority", "a b:1"),
                head("connect in two lines", 400, ":method", "CONNECT", ":authority", "a:1\r\nb: c"),
                head("connect with path", 400, ":method", "CONNECT", ":authority", "a:443", ":path", "/"),
                head("long path", 414, get("/" + "x".repeat(1024))),
                head("large field", 431, get("/", "x", "y".repeat(4096))),
                head("many fields", 431, many(150)),
                head("expectation", 417, get("/", "expect", "a miracle")));
    }

    private static Arguments head(String name, int status, String... pairs) {
        return Arguments.of(name, status, pairs);
    }

    private static String[] get(String path, String... more) {
        String[] pseudo = {":method", "GET", ":scheme", "http", ":authority", "a", ":path", path};
        String[] all = Arrays.copyOf(pseudo, pseudo.length + more.length);
        System.arraycopy(more, 0, all, pseudo.length, more.length);
        return all;
    }

    private static String[] many(int count) {
        String[] more = new String[count * 2];
        for (int i = 0; i < count; i++) {
            more[2 * i] = "x-" + i;
            more[2 * i + 1] = "y".repeat(24);
        }
        return get("/", more);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void aMalformedHeadIsRefusedAndTheNextRequestGoesOn(String name, int status, String[] pairs) {
        client.headers(1, true, pairs);
        Http2Connection.Response response = client.response(1);
        if (response.reset() >= 0 && response.head().isEmpty()) {
            assertThat(response.reset()).as(name).isEqualTo(PROTOCOL_ERROR);
        } else {
            assertThat(response.head()).as(name).startsWith(":status: " + status + "\n");
        }
        client.get(3, "/next");
        assertThat(upstream.accept().head()).startsWith("GET /next ");
    }

    @Test
    void whatIsLegalThoughUnusualPasses() {
        client.headers(1, true, ":path", "/", ":scheme", "https", ":method", "GET", "host", "a", "te", "trailers");
        assertThat(upstream.accept().head()).contains("host: 127.0.0.1", "x-forwarded-host: a\r\n");
        client.request(3, "OPTIONS", "/", true, "host", "A");
        assertThat(upstream.accept().head()).startsWith("OPTIONS / ");
    }

    @Test
    void moreContentThanAnnouncedIsAStreamError() {
        client.request(1, "POST", "/", false, "content-length", "3").data(1, false, "abc");
        RawConnection peer = upstream.accept();
        assertThat(peer.message()).endsWith("\r\n\r\nabc");
        client.data(1, false, "GET /smuggled HTTP/1.1\r\n\r\n");
        assertThat(client.response(1).reset()).isEqualTo(PROTOCOL_ERROR);
        assertThat(peer.rest()).doesNotContain("smuggled");
    }

    @Test
    void lessContentThanAnnouncedIsAStreamError() {
        client.request(1, "POST", "/", false, "content-length", "30").data(1, false, "abc");
        RawConnection peer = upstream.accept();
        peer.readUntil("\r\n\r\nabc");
        client.data(1, true, "d");
        assertThat(client.response(1).reset()).isEqualTo(PROTOCOL_ERROR);
        assertThat(peer.closedByPeer()).isTrue();
    }

    @Test
    void anAnnouncedLengthWithoutContentIsAStreamError() {
        client.request(1, "POST", "/", true, "content-length", "3");
        assertThat(client.response(1).reset()).isEqualTo(PROTOCOL_ERROR);
        client.request(3, "POST", "/", true, "content-length", "0", "content-length", "1");
        assertThat(client.response(3).reset()).isEqualTo(PROTOCOL_ERROR);
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void malformedTrailersEndTheRequestWithoutAnEnd() {
        String[][] trailers = {{":path", "/x"}, {"x", "a\r\nb: c"}, {"Upper", "1"}, {"connection", "close"}};
        int stream = 1;
        for (String[] trailer : trailers) {
            client.request(stream, "POST", "/", false).data(stream, false, "ab");
            RawConnection peer = upstream.accept();
            peer.readUntil("ab\r\n");
            client.headers(stream, true, trailer);
            assertThat(client.response(stream).head()).startsWith(":status: 400\n");
            assertThat(peer.rest()).doesNotContain("0\r\n");
            stream += 2;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "trailer", "authorization", "host"})
    void trailersThatMayNotBeTrailersGoNoFurther(String name) {
        client.request(1, "POST", "/", false).data(1, false, "ab");
        RawConnection peer = upstream.accept();
        peer.readUntil("ab\r\n");
        client.headers(1, true, name, "5", "x-sum", "7");

        assertThat(peer.readUntil("\r\n\r\n")).isEqualTo("0\r\nx-sum: 7\r\n\r\n");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.response(1).head()).startsWith(":status: 200\n");
    }

    @Test
    void aHeadFarTooLargeIsRefusedWithoutBeingKept() {
        client.headers(1, true, get("/", "x", "y".repeat(10_000)));
        assertThat(client.response(1).head()).startsWith(":status: 431\n");
        client.get(3, "/next");
        assertThat(upstream.accept().head()).startsWith("GET /next ");
    }

    @Test
    void aHeadLargerThanThatEndsTheConnection() {
        client.headers(1, true, get("/", "x", "y".repeat(16_000)));
        assertThat(client.until(Http2Connection.GOAWAY).error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.closedByPeer()).isTrue();
    }

    @Test
    void anotherProtocolsPrefaceEndsTheConnection() {
        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
            assertThat(other.rest()).contains("\0\0"); // SETTINGS, GOAWAY, and the end
        }
    }
}
