package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.obogateway.route.RouteTimeouts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 from clients, HTTP/2 to the service. */
class Http2UpstreamTest extends Http1ToHttp2Conversation {
    @Test
    void aRequestAndItsResponseAreTranslated() {
        start((stream, request, ended) ->
                stream.head(200, false, "x-a", "1", "x-a", "2").data("ok", true));

        String response = answerTo("GET /a?b=c HTTP/1.1\r\nHost: front\r\nX-B: 1\r\nConnection: keep-alive\r\n\r\n");

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("x-a: 1\r\nx-a: 2\r\n", "via: 2.0 obo-gateway\r\n", "transfer-encoding: chunked")
                .endsWith("2\r\nok\r\n0\r\n\r\n");
        Http2Headers seen = upstream.requests.get(0);
        assertThat(seen.method()).hasToString("GET");
        assertThat(seen.path()).hasToString("/a?b=c");
        assertThat(seen.scheme()).hasToString("http");
        assertThat(seen.authority()).hasToString(URI.create(upstream.url()).getAuthority());
        assertThat(seen.get("x-b")).hasToString("1");
        assertThat(seen.get("x-forwarded-host")).hasToString("front");
        assertThat(seen.contains("connection") || seen.contains("host") || seen.contains("transfer-encoding"))
                .isFalse();
    }

    @Test
    void aRequestWithoutContentEndsWithItsHead() {
        List<Boolean> ends = new ArrayList<>();
        start((stream, request, ended) -> {
            ends.add(ended);
            stream.head(204, true);
        });

        assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        assertThat(ends).containsExactly(true);
    }

    @Test
    void contentAndTrailersPassBothWays() {
        start((stream, request, ended) ->
                stream.head(200, false, "trailer", "x-sum").data("part", false).trailers("x-sum", "7"));

        String response = answerTo(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

        assertThat(response).endsWith("4\r\npart\r\n0\r\nx-sum: 7\r\n\r\n");
        Eventually.holds(() -> upstream.content().equals("abcde|"));
    }

    @Test
    void manyRequestsShareAConnection() throws Exception {
        start((stream, request, ended) ->
                stream.head(200, false, "content-length", "2").data("ok", true));
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        for (RawConnection client : clients) {
            assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            client.close();
        }
        assertThat(upstream.connections()).isLessThanOrEqualTo(2); // one for each event loop
    }

    @Test
    void moreRequestsThanAConnectionTakesGetAnother() throws Exception {
        List<ScriptedHttp2Upstream.Stream> waiting = new ArrayList<>();
        start(new ScriptedHttp2Upstream(
                (stream, request, ended) -> {
                    synchronized (waiting) {
                        waiting.add(stream);
                    }
                },
                2));
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            int expected = i + 1;
            Eventually.holds(() -> {
                synchronized (waiting) {
                    return waiting.size() == expected;
                }
            });
        }
        synchronized (waiting) {
            waiting.forEach(stream -> stream.ctx().executor().execute(() -> stream.head(204, true)));
        }
        for (RawConnection client : clients) {
            assertThat(client.message()).startsWith("HTTP/1.1 204 ");
            client.close();
        }
        assertThat(upstream.connections()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void aConnectionThatSaysGoodbyeGetsNoFurtherRequests() {
        AtomicInteger count = new AtomicInteger();
        start((stream, request, ended) -> {
            if (count.incrementAndGet() == 1) {
                stream.goAway(stream.id());
            }
            stream.head(204, true);
        });

        for (int i = 0; i < 6; i++) {
            assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }
        assertThat(upstream.connections()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aResetBeforeTheResponseIsABadGateway() {
        start((stream, request, ended) -> stream.reset(Http2Error.INTERNAL_ERROR));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("upstream_invalid");
        assertThat(upstream.requests).hasSize(1);
    }

    @Test
    void aPostThatTheServiceHasNotProcessedIsSentAgain() {
        AtomicInteger count = new AtomicInteger();
        start((stream, request, ended) -> {
            switch (count.incrementAndGet()) {
                case 1 -> stream.reset(Http2Error.REFUSED_STREAM);
                case 2 -> stream.head(201, true);
                case 3 -> stream.goAway(stream.id() - 2);
                default -> stream.head(202, true);
            }
        });

        try (RawConnection client = client()) {
            client.send("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.message()).startsWith("HTTP/1.1 201 ");
            client.send("POST /behind-the-goodbye HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ndef");
            assertThat(client.message()).startsWith("HTTP/1.1 202 ");
        }
        assertThat(upstream.requests).hasSize(4);
        Eventually.holds(
                () -> upstream.content().contains("abc|") && upstream.content().endsWith("def|"));
        assertThat(upstream.connections()).isEqualTo(2);
    }

    @Test
    void aServiceThatRefusesAgainAndAgainIsNotAskedForEver() {
        start((stream, request, ended) -> stream.reset(Http2Error.REFUSED_STREAM));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 502 ");
        assertThat(upstream.requests).hasSize(2);
    }

    @Test
    void aResetWithinTheResponseIsSeenByTheClient() {
        start((stream, request, ended) ->
                stream.head(200, false).data("half", false).reset(Http2Error.INTERNAL_ERROR));

        try (RawConnection client = client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(client.rest()).contains("half").doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aRequestThatTheClientGivesUpIsResetAndTheConnectionGoesOn() {
        AtomicInteger count = new AtomicInteger();
        start((stream, request, ended) -> {
            if (count.incrementAndGet() > 1) {
                stream.head(204, true);
            }
        });
        RawConnection client = client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually.holds(() -> count.get() == 1);
        client.close();

        Eventually.holds(() -> upstream.resets.equals(List.of("CANCEL")));
        assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aServiceThatDoesNotAnswerInTimeIsAGatewayTimeoutAndTheStreamIsReset() {
        start(
                new ScriptedHttp2Upstream((stream, request, ended) -> {}),
                new RouteTimeouts(LONG, Duration.ofMillis(300), LONG),
                0);

        assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 504 ");
        Eventually.holds(() -> upstream.resets.equals(List.of("CANCEL")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad\r\nset-cookie: x", "bad\nx", "nul\0"})
    void aFieldThatWouldBeAnotherInHttp1NeverReachesTheClient(String value) {
        start((stream, request, ended) -> stream.head(200, true, "x-a", value));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .doesNotContain("set-cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transfer-encoding", "connection", "upgrade"})
    void aFieldOfHttp1sConnectionsMakesAResponseMalformed(String name) {
        start((stream, request, ended) -> stream.head(200, true, name, "chunked"));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ");
    }

    @Test
    void anOversizeResponseHeadIsABadGateway() {
        start((stream, request, ended) -> stream.head(200, true, "x-a", "v".repeat(20_000)));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ");
    }

    @Test
    void switchingProtocolsDoesNotExistInHttp2() {
        start((stream, request, ended) -> stream.head(101, false));

        assertThat(answerTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ");
    }

    @Test
    void aSlowClientHoldsUpItsServiceAndNobodyElses() {
        AtomicInteger sent = new AtomicInteger();
        String piece = "x".repeat(16 * 1024);
        start((stream, request, ended) -> {
            if (request.path().toString().equals("/fast")) {
                stream.head(204, true);
                return;
            }
            stream.head(200, false);
            for (int i = 0; i < 2000; i++) { // 32 MiB
                stream.handler()
                        .encoder()
                        .writeData(
                                stream.ctx(),
                                stream.id(),
                                io.netty.buffer.Unpooled.copiedBuffer(
                                        piece, java.nio.charset.StandardCharsets.ISO_8859_1),
                                0,
                                false,
                                stream.ctx().newPromise().addListener(f -> sent.incrementAndGet()));
            }
            stream.ctx().flush();
        });
        List<RawConnection> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            slow.add(client().send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        Eventually.holds(() -> sent.get() > 0);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));

        for (int i = 0; i < 8; i++) {
            assertThat(answerTo("GET /fast HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }
        assertThat(sent.get() * 16L).as("KiB that four slow clients have drawn").isLessThan(4 * 12 * 1024);
        slow.forEach(RawConnection::close);
    }
}
