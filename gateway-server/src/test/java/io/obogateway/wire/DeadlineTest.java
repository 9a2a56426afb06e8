package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import org.junit.jupiter.api.Test;

/** Everything that waits has a deadline and everything that grows has a bound, each with its refusal. */
class DeadlineTest extends Http1Conversation {
    DeadlineTest() {
        super(TestGateway::impatient);
    }

    @Test
    void aHeadThatDoesNotEndIs408() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 408 ").contains("\"code\":\"request_timeout\"");
        assertThat(client.closedByPeer()).isTrue();
    }

    @Test
    void anIdleConnectionCloses() {
        assertThat(client.closedByPeer()).isTrue();
    }

    @Test
    void aServiceThatDoesNotAnswerIs504() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();

        assertThat(client.message()).startsWith("HTTP/1.1 504 ").contains("\"code\":\"upstream_timeout\"");
        assertThat(peer.rest()).startsWith("GET / ");
    }

    @Test
    void aResponseThatStopsIsCutOff() {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.accept().send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");

        assertThat(client.rest()).contains("\r\n\r\nabc");
    }

    @Test
    void contentThatStopsArrivingIs408() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");

        assertThat(client.message()).startsWith("HTTP/1.1 408 ").contains("the body stopped arriving");
    }

    @Test
    void aServiceThatStopsReadingIs504() throws Exception {
        restart(TestGateway.start(
                TestGateway.route(
                        upstream.url(),
                        new RouteTimeouts(TestGateway.SHORT, TestGateway.SHORT, TestGateway.SHORT),
                        Long.MAX_VALUE),
                new GatewayConfig.Timeouts(TestGateway.SHORT, TestGateway.SHORT, TestGateway.SHORT),
                1));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
        Flood flood = Flood.into(client.socket().getOutputStream(), 1_000_000_000);

        assertThat(client.message()).startsWith("HTTP/1.1 504 ").contains("\"code\":\"upstream_timeout\"");
        flood.abandon();
    }

    @Test
    void contentBeyondTheLimitIs413() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 413 ").contains("\"code\":\"body_too_large\"");
        assertThat(client.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void chunksBeyondTheLimitAre413() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + "x".repeat(1001)
                + "\r\n0\r\n\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void requestsBeyondTheLimitAreRefusedUntilOthersEnd() {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(other.message())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1\r\n", "\"code\":\"overloaded\"");

            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            client.message();
            other.send("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            upstream.accept().send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(other.message()).startsWith("HTTP/1.1 200 ");
        }
    }
}
