package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AttributeKey;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.wire.ScriptedHttp2Upstream.Script;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that speak HTTP/2 and permit little, contradict themselves or give up on requests. */
class HostileHttp2UpstreamTest extends Http1ToHttp2Conversation {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

    private static final AttributeKey<AtomicInteger> OPEN =
            AttributeKey.valueOf(HostileHttp2UpstreamTest.class, "open");

    @Test
    void aResponseShorterThanItsLengthDoesNotSwallowTheNextOne() {
        start((stream, request, ended) -> {
            if (request.path().toString().equals("/short")) {
                stream.head(200, true, "content-length", "500");
            } else {
                stream.head(200, false, "content-length", "6").data("secret", true);
            }
        });

        try (RawConnection client = client()) {
            client.send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
            assertThat(client.message()).startsWith("HTTP/1.1 502 ");
            assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("secret");
        }
    }

    @Test
    void aResponseWithoutAnyOfTheContentThatItAnnouncedIsSeenToBeIncomplete() {
        start((stream, request, ended) ->
                stream.head(200, false, "content-length", "500").data("", true));

        try (RawConnection client = client()) {
            client.send(GET + GET);
            assertThat(client.rest()).containsOnlyOnce("HTTP/1.1 ");
        }
    }

    @Test
    void aResponseToHeadKeepsTheLengthOfWhatItStandsFor() {
        start((stream, request, ended) -> stream.head(200, true, "content-length", "500"));

        try (RawConnection client = client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("content-length: 500");
        }
    }

    @Test
    void trailersThatMayNotBeTrailersHarmNobodyElse() throws Exception {
        List<Stream> waiting = Collections.synchronizedList(new ArrayList<>());
        start((stream, request, ended) -> {
            if (request.path().toString().equals("/trailers")) {
                stream.head(200, false).data("ok", false).trailers("content-length", "5", "x-sum", "7");
            } else {
                waiting.add(stream);
            }
        });
        List<RawConnection> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(client().send(POST));
        }
        Eventually.holds(() -> waiting.size() == 4);

        for (int i = 0; i < 2; i++) {
            assertThat(answerTo("GET /trailers HTTP/1.1\r\nHost: a\r\n\r\n")).doesNotContain("content-length: 5");
        }
        waiting.forEach(stream -> stream.ctx().executor().execute(() -> stream.head(204, true)));
        for (RawConnection other : others) {
            assertThat(other.message()).startsWith("HTTP/1.1 204 ");
            other.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6_000, 16_000})
    void anOversizeHeadOrTrailerHarmsNobodyElse(int bytes) throws Exception {
        List<Stream> waiting = Collections.synchronizedList(new ArrayList<>());
        start((stream, request, ended) -> {
            switch (request.path().toString()) {
                case "/head" -> stream.head(200, true, "x-a", "v".repeat(bytes));
                case "/trailers" -> stream.head(200, false).data("ok", false).trailers("x-a", "v".repeat(bytes));
                default -> waiting.add(stream);
            }
        });
        List<RawConnection> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(client().send(POST));
        }
        Eventually.holds(() -> waiting.size() == 4);

        for (int i = 0; i < 2; i++) {
            assertThat(answerTo("GET /head HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 502 ");
            try (RawConnection client = client().send("GET /trailers HTTP/1.1\r\nHost: a\r\n\r\n")) {
                assertThat(client.rest()).doesNotContain("vvv", "\r\n0\r\n");
            }
        }
        waiting.forEach(stream -> stream.ctx().executor().execute(() -> stream.head(204, true)));
        for (RawConnection other : others) {
            assertThat(other.message()).startsWith("HTTP/1.1 204 ");
            other.close();
        }
    }

    @Test
    void aServiceThatPermitsAHugeTableDoesNotHaveEveryFieldOfEveryRequestRemembered() {
        AtomicLong table = new AtomicLong();
        Script measure = (stream, request, ended) -> {
            table.set(stream.ctx()
                    .pipeline()
                    .get(Http2ConnectionHandler.class)
                    .decoder()
                    .localSettings()
                    .headerTableSize());
            stream.head(204, true);
        };
        start(new ScriptedHttp2Upstream(measure, new Http2Settings().headerTableSize(1 << 30)));

        for (int i = 0; i < 2; i++) {
            assertThat(answerTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }

        assertThat(table)
                .as("what the gateway has said that it uses")
                .satisfies(used -> assertThat(used.get()).isBetween(1L, 4096L));
    }

    @Test
    void whatIsSentAsContentWhereThereIsNoneGoesNoFurther() {
        start((stream, request, ended) -> stream.head("HEAD".contentEquals(request.method()) ? 200 : 204, false)
                .data("none", true));
        try (Http2Connection client = Http2Connection.to(gateway.port())) {
            client.get(1, "/").request(3, "HEAD", "/", true);

            assertThat(client.response(1).body()).isEmpty();
            assertThat(client.response(1).reset()).isNegative();
            assertThat(client.response(3).body()).isEmpty();
            assertThat(client.response(3).reset()).isNegative();
        }
    }

    @Test
    void requestsThatAreResetAreNotSentTwice() {
        AtomicInteger seen = new AtomicInteger();
        start((stream, request, ended) -> {
            seen.incrementAndGet();
            stream.reset(Http2Error.INTERNAL_ERROR);
        });

        for (int i = 0; i < 4; i++) {
            assertThat(answerTo(GET)).startsWith("HTTP/1.1 502 ");
        }
        assertThat(seen).hasValue(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-large", "X-Upper", "connection", ":path"})
    void aRequestWhoseResponseCannotBeDecodedIsNotSentTwice(String field) {
        AtomicInteger seen = new AtomicInteger();
        start((stream, request, ended) -> {
            if (request.path().toString().equals("/well")) {
                stream.head(204, true);
            } else {
                seen.incrementAndGet();
                stream.head(200, true, field, "v".repeat(field.equals("x-large") ? 17_500 : 1));
            }
        });

        for (int i = 0; i < 4; i++) { // on connections that were used before
            assertThat(answerTo("GET /well HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }
        for (int i = 0; i < 4; i++) {
            assertThat(answerTo(GET)).startsWith("HTTP/1.1 502 ").contains("malformed");
        }
        assertThat(seen).hasValue(4);
        assertThat(upstream.connections()).isLessThanOrEqualTo(2); // nobody else is harmed
    }

    @Test
    void theFirstRequestOfAConnectionIsTheFirstAlsoBehindAWebSocketThatItCannotCarry() {
        start((stream, request, ended) -> stream.ctx().close());

        for (int i = 0; i < 2; i++) { // one for each event loop
            assertThat(answerTo("GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
                    .startsWith("HTTP/1.1 501 ");
        }
        assertThat(answerTo(GET)).startsWith("HTTP/1.1 502 ");
        assertThat(upstream.requests).hasSize(1);
    }

    @Test
    void aServiceThatResetsEverythingIsOutOfService() {
        start((stream, request, ended) -> stream.reset(Http2Error.INTERNAL_ERROR));

        String last = "";
        for (int i = 0; i < 10; i++) {
            last = answerTo(POST);
        }
        assertThat(last).startsWith("HTTP/1.1 503 ").contains("failed again and again");
    }

    @Test
    void aBurstAtTheBeginningKeepsToWhatTheServicePermits() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        start(new ScriptedHttp2Upstream(
                (stream, request, ended) -> {
                    stream.ctx().channel().attr(OPEN).setIfAbsent(new AtomicInteger());
                    AtomicInteger count = stream.ctx().channel().attr(OPEN).get();
                    if (count.incrementAndGet() > 2) {
                        refused.incrementAndGet();
                        stream.reset(Http2Error.REFUSED_STREAM);
                        count.decrementAndGet();
                        return;
                    }
                    stream.ctx()
                            .executor()
                            .schedule(
                                    () -> {
                                        count.decrementAndGet();
                                        stream.head(204, true);
                                    },
                                    20,
                                    TimeUnit.MILLISECONDS);
                },
                2));
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            clients.add(client());
        }
        for (RawConnection client : clients) {
            client.send(POST);
        }
        for (RawConnection client : clients) {
            assertThat(client.message()).startsWith("HTTP/1.1 204 ");
            client.close();
        }
        assertThat(refused).as("requests that the service refused").hasValue(0);
    }

    @Test
    void aSinglePermittedConnectionIsEnoughForEveryEventLoop() {
        start(
                new ScriptedHttp2Upstream((stream, request, ended) -> stream.head(204, true)),
                new RouteTimeouts(Duration.ofSeconds(1), LONG, LONG),
                1);

        for (int i = 0; i < 8; i++) {
            assertThat(answerTo(GET)).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void aServiceThatPermitsNoStreamsIsNotAskedForConnectionAfterConnection() {
        start(
                new ScriptedHttp2Upstream((stream, request, ended) -> stream.reset(Http2Error.REFUSED_STREAM), 0),
                new RouteTimeouts(Duration.ofMillis(200), LONG, LONG),
                0);

        for (int i = 0; i < 10; i++) {
            assertThat(answerTo(POST)).startsWith("HTTP/1.1 50");
        }
        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void whoWaitsIsServedWhenTheServicePermitsMore() throws Exception {
        List<Stream> first = Collections.synchronizedList(new ArrayList<>());
        start(
                new ScriptedHttp2Upstream(
                        (stream, request, ended) -> {
                            if (request.path().toString().equals("/stays")) {
                                first.add(stream);
                            } else {
                                stream.head(204, true);
                            }
                        },
                        1),
                new RouteTimeouts(Duration.ofSeconds(5), LONG, LONG),
                2);
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < 2; i++) { // one for each event loop
            clients.add(client().send("GET /stays HTTP/1.1\r\nHost: a\r\n\r\n"));
            int expected = i + 1;
            Eventually.holds(() -> first.size() == expected);
        }
        for (int i = 0; i < 2; i++) {
            clients.add(client().send(GET));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        for (Stream stream : first) {
            stream.ctx().executor().execute(() -> {
                stream.handler()
                        .encoder()
                        .writeSettings(
                                stream.ctx(),
                                new Http2Settings().maxConcurrentStreams(10),
                                stream.ctx().newPromise());
                stream.ctx().flush();
            });
        }
        for (RawConnection waiting : clients.subList(2, 4)) {
            assertThat(waiting.message()).startsWith("HTTP/1.1 204 ");
        }
        clients.forEach(RawConnection::close);
    }
}
