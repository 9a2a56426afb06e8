package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many requests at once to services of HTTP/2 that say goodbye, refuse, break off or take a byte at a time. */
class Http2StormTest extends Http1ToHttp2Conversation {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 40;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();

    /** Runs before the gateway is stopped. */
    @AfterEach
    void nothingIsLeft() {
        Gauge.inFlight(gateway).becomes(0);
    }

    private static Stream echo(Stream stream, CharSequence path) {
        return stream.head(200, false, "content-length", String.valueOf(path.length()))
                .data(path.toString(), true);
    }

    /** Every answer is the one to its request, or a refusal. */
    private void storm() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < CLIENTS; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < REQUESTS; i++) {
                    String path = "/" + number + "-" + i;
                    String answer = answerTo("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    if (answer.startsWith("HTTP/1.1 50")) {
                        refused.incrementAndGet();
                    } else if (answer.startsWith("HTTP/1.1 200 ") && answer.endsWith(path)) {
                        answered.incrementAndGet();
                    } else {
                        synchronized (wrong) {
                            wrong.add(path + ": " + answer);
                        }
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(wrong).isEmpty();
        assertThat(answered.get() + refused.get()).isEqualTo(CLIENTS * REQUESTS);
    }

    @Test
    void goodbyesAreFollowedByAnotherConnection() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        start((stream, request, ended) -> {
            if (turn.incrementAndGet() % 5 == 0) {
                stream.goAway(stream.id());
            }
            echo(stream, request.path());
        });

        storm();

        // some meet two goodbyes in a row, for they wait together; each is sent once more, and no more often
        assertThat(refused.get()).isLessThan(CLIENTS * REQUESTS / 4);
        assertThat(upstream.connections()).isGreaterThan(5);
    }

    @Test
    void goodbyesThatLeaveRequestsOutAreFollowedByAnotherTry() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        start((stream, request, ended) -> {
            if (turn.incrementAndGet() % 7 == 0) {
                stream.goAway(Math.max(0, stream.id() - 2));
            } else {
                echo(stream, request.path());
            }
        });

        storm();

        assertThat(refused.get()).isLessThan(CLIENTS * REQUESTS / 4);
    }

    @Test
    void connectionsThatBreakUnderManyMixUpNothing() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        start((stream, request, ended) -> {
            int now = turn.incrementAndGet();
            if (now % 11 == 0) {
                stream.ctx().close(); // without a goodbye
            } else if (now % 6 == 0) {
                stream.head(200, false, "content-length", "500")
                        .data("x", false)
                        .reset(Http2Error.INTERNAL_ERROR);
            } else if (now % 5 == 0) {
                stream.reset(Http2Error.REFUSED_STREAM);
            } else {
                stream.ctx()
                        .executor()
                        .schedule(
                                () -> {
                                    if (stream.ctx().channel().isActive()) {
                                        echo(stream, request.path());
                                        sent.incrementAndGet();
                                    }
                                },
                                now % 3,
                                TimeUnit.MILLISECONDS);
            }
        });
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < CLIENTS; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < REQUESTS; i++) {
                    String path = "/" + number + "-" + i;
                    try (RawConnection asking = client()) {
                        asking.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                        String all = asking.rest();
                        boolean own = all.endsWith(path);
                        boolean cutOff = all.endsWith("\r\n\r\nx") || all.endsWith("\r\n\r\n") || all.isEmpty();
                        if (own) {
                            answered.incrementAndGet();
                        } else if (!cutOff && !all.startsWith("HTTP/1.1 50")) {
                            synchronized (wrong) {
                                wrong.add(path + ": " + all);
                            }
                        }
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(wrong).isEmpty();
        assertThat(answered).as("answers of " + sent + " that came").hasValueGreaterThan(sent.get() / 2);
    }

    @Test
    void aServiceThatTakesAByteAtATimeGetsThemAll() throws Exception {
        start((stream, request, ended) -> {
            if (request.path().toString().equals("/narrow")) {
                stream.handler()
                        .encoder()
                        .writeSettings(
                                stream.ctx(),
                                new Http2Settings().initialWindowSize(1),
                                stream.ctx().newPromise());
                stream.ctx().flush();
            }
            if (ended) {
                stream.head(204, true);
            }
        });
        for (int i = 0; i < 2; i++) { // the second one perhaps on the other event loop
            answerTo("GET /narrow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            upstream.accept();
        }

        String content = "0123456789".repeat(20);
        try (RawConnection client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + content);
            Stream taking = upstream.accept();
            Eventually.becomes("what has come", LONG, upstream::content, content + "|");
            taking.then(stream -> stream.head(204, true));
            assertThat(client.message()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void anAnswerBeforeTheRequestsEndFreesItsStream() {
        start(new ScriptedHttp2Upstream((stream, request, ended) -> stream.head(413, true), 1));

        for (int i = 0; i < 20; i++) {
            try (RawConnection client = client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun");
                assertThat(client.message()).startsWith("HTTP/1.1 413 ");
            }
        }
        assertThat(upstream.connections()).isLessThanOrEqualTo(2); // one for each event loop
    }

    @Test
    void interimResponsesWithoutEndDoNotPutOffTheDeadline() {
        start(
                new ScriptedHttp2Upstream((stream, request, ended) -> stream.ctx()
                        .executor()
                        .scheduleAtFixedRate(
                                () -> {
                                    if (stream.ctx().channel().isActive()
                                            && stream.handler().connection().stream(stream.id()) != null) {
                                        stream.head(103, false, "link", "</a>");
                                    }
                                },
                                0,
                                1,
                                TimeUnit.MILLISECONDS)),
                new RouteTimeouts(LONG, TestGateway.SHORT, LONG),
                0);

        try (RawConnection client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String last = client.head();
            while (last.startsWith("HTTP/1.1 1")) {
                last = client.head();
            }
            assertThat(last).startsWith("HTTP/1.1 504 ");
        }
    }
}
