package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be read in two ways is refused, and the connection with it (RFC 9112). */
class FramingTest {
    private static RawUpstream upstream;
    private static GatewayServer gateway;

    @BeforeAll
    static void start() {
        upstream = new RawUpstream();
        gateway = TestGateway.patient(upstream.url());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u0001: b\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /a\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: strange, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n12345678",
            })
    void anAmbiguousHeadIsRefusedAndTheConnectionCloses(String request) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send(request);

            assertThat(client.message())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("connection: close\r\n", "\"code\":\"bad_request\"");
            assertThat(client.closedByPeer()).isTrue();
            assertThat(upstream.waiting()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "g\r\nx\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "0x1\r\na\r\n0\r\n\r\n",
                "1;a=\"b\nc\"\r\na\r\n0\r\n\r\n",
                "1\na\r\n0\r\n\r\n",
                "1\r\nab\r\n0\r\n\r\n",
                "fffffffff\r\na\r\n0\r\n\r\n",
                " 1\r\na\r\n0\r\n\r\n",
            })
    void malformedChunksEndTheRequestAndItsUpstreamConnection(String chunks) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);

            assertThat(client.message())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("connection: close\r\n", "\"code\":\"bad_request\"");
            assertThat(client.closedByPeer()).isTrue();
            assertThat(upstream.accept().rest()).doesNotContain("\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0"})
    void anUnknownVersionIsNotSupported(String version) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET / " + version + "\r\nHost: a\r\n\r\n");

            assertThat(client.message())
                    .startsWith("HTTP/1.1 505 HTTP Version Not Supported\r\n")
                    .contains("\"code\":\"http_version_not_supported\"");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void aTransferCodingThatIsNotOursIsNotImplemented() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");

            assertThat(client.message())
                    .startsWith("HTTP/1.1 501 Not Implemented\r\n")
                    .contains("\"code\":\"not_implemented\"");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void aLongRequestLineIs414AlsoBeforeItEnds() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET /" + "a".repeat(1100));

            assertThat(client.message()).startsWith("HTTP/1.1 414 ").contains("\"code\":\"uri_too_long\"");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    @Test
    void aLargeHeaderSectionIs431AlsoBeforeItEnds() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(5000));

            assertThat(client.message()).startsWith("HTTP/1.1 431 ").contains("\"code\":\"headers_too_large\"");
            assertThat(client.closedByPeer()).isTrue();
        }
    }

    /** Closing with unread bytes is a reset, which may destroy the refusal on its way (RFC 9112, 9.6). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "TRACE / HTTP/1.0\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n",
                "GET /a/../b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            })
    void aRefusalIsNotResetBecauseMoreFollowsTheRequest(String request) {
        for (int i = 0; i < 5; i++) {
            try (RawConnection client = RawConnection.to(gateway.port())) {
                client.send(request + "x".repeat(200_000));

                assertThat(client.rest()).startsWith("HTTP/1.1 4").endsWith("}").doesNotContain("<reset>");
            }
        }
    }

    @Test
    void aHeadMayArriveByteByByteAfterOneEmptyLine() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            for (char c : "\r\nGET /slow HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(c));
            }

            RawConnection peer = upstream.accept();
            assertThat(peer.head()).startsWith("GET /slow HTTP/1.1\r\n").contains("X: b\r\n");
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204 No Content\r\n");
        }
    }
}
