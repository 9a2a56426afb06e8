package io.obogateway.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:15:30.042Z"), ZoneOffset.UTC);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void forwardedRequestHasEveryMember() {
        assertThat(json(forwarded()))
                .isEqualTo("{\"log\":\"access\",\"time\":\"2026-11-21T10:15:30.042Z\",\"traceId\":\"" + TRACE
                        + "\",\"route\":\"people\",\"method\":\"GET\",\"path\":\"/people/7\",\"status\":200,"
                        + "\"durationMs\":12.345,\"grant\":\"on-behalf-of\",\"cache\":\"hit\",\"client\":\"app-1\","
                        + "\"upstreamStatus\":200,\"bytesIn\":0,\"bytesOut\":1234567890123}\n");
    }

    @Test
    void refusalHasItsCodeAndNothingThatIsUnknown() {
        ExchangeFacts facts = new ExchangeFacts();
        facts.traceId = TRACE;
        facts.method = "GET";
        facts.path = "/x";
        facts.status = 404;
        facts.code = "no_route";

        assertThat(json(facts))
                .isEqualTo("{\"log\":\"access\",\"time\":\"2026-11-21T10:15:30.042Z\",\"traceId\":\"" + TRACE
                        + "\",\"method\":\"GET\",\"path\":\"/x\",\"status\":404,\"code\":\"no_route\","
                        + "\"durationMs\":0.000,\"bytesIn\":0,\"bytesOut\":0}\n");
    }

    @Test
    void requestThatWasNeverReadHasNeitherMethodNorPathNorStatus() {
        assertThat(json(new ExchangeFacts()))
                .isEqualTo("{\"log\":\"access\",\"time\":\"2026-11-21T10:15:30.042Z\",\"durationMs\":0.000,"
                        + "\"bytesIn\":0,\"bytesOut\":0}\n");
    }

    @Test
    void nothingInThePathEndsTheLineOrTheString() {
        assertThat(pathInJson("/a\"b\\c\nd\re\tf\0g\u001bh\u007fi\u0085j\u2028k"))
                .isEqualTo("/a\\\"b\\\\c\\nd\\re\\tf\\u0000g\\u001bh\\u007fi\\u0085j\\u2028k");
    }

    @Test
    void charactersBeyondAsciiAreUtf8AndHalfPairsAreReplaced() {
        assertThat(pathInJson("/é/€/😀/\ud83d/\ude00")).isEqualTo("/é/€/😀/\ufffd/\ufffd");
    }

    @Test
    void hostileMethodIsEscapedAsWell() throws Exception {
        ExchangeFacts facts = forwarded();
        facts.method = "GET\",\"status\":\"999";

        assertThat(Json.object(json(facts)))
                .containsEntry("method", facts.method)
                .containsEntry("status", 200L);
    }

    @Test
    void longPathIsCut() {
        assertThat(pathInJson("/" + "a".repeat(20_000))).isEqualTo("/" + "a".repeat(2047) + "…");
    }

    @Test
    void plainLineBeginsWithWhatHappened() {
        assertThat(written(forwarded(), true))
                .isEqualTo(
                        "2026-11-21T10:15:30.042Z GET /people/7 200 12.345ms route=people grant=on-behalf-of cache=hit"
                                + " client=app-1 upstreamStatus=200 traceId=" + TRACE + "\n");
    }

    @Test
    void plainLineCannotMoveTheCursor() {
        ExchangeFacts facts = forwarded();
        facts.path = "/\u001b[2J\u009b2J\r\n";

        assertThat(written(facts, true)).contains("/\\u001b[2J\\u009b2J\\r\\n ").endsWith("\n");
    }

    @Test
    void timeFollowsTheClockAcrossSeconds() {
        LineBuffer line = new LineBuffer(16);
        line.time(Instant.parse("2026-12-31T23:59:59.999Z").toEpochMilli())
                .raw(' ')
                .time(Instant.parse("2027-01-01T00:00:00.001Z").toEpochMilli());

        assertThat(line.toString()).isEqualTo("2026-12-31T23:59:59.999Z 2027-01-01T00:00:00.001Z");
    }

    @Test
    void lineIsWrittenWithoutFurtherTraffic() throws Exception {
        BlockingQueue<String> writes = new LinkedBlockingQueue<>();
        try (AccessLog log = new AccessLog(each(writes::add), false, CLOCK)) {
            log.finished(forwarded());

            assertThat(writes.poll(10, TimeUnit.SECONDS))
                    .startsWith("{\"log\":\"access\"")
                    .endsWith("}\n");
        }
    }

    @Test
    void linesOfManyThreadsStayWholeAndInTheirThreadsOrder() throws Exception {
        int threads = 4;
        int linesEach = 20_000;
        List<String> writes = new ArrayList<>();
        AccessLog log = new AccessLog(each(writes::add), false, CLOCK);
        List<Thread> loops = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            loops.add(started(log, "thread-" + t, linesEach));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        log.close();

        assertThat(writes).allMatch(write -> write.startsWith("{") && write.endsWith("}\n"));
        Set<String> seen = new HashSet<>();
        long[] last = new long[threads];
        for (String line : String.join("", writes).split("\n", -1)) {
            if (!line.isEmpty()) {
                var members = Json.object(line);
                assertThat(seen.add(members.get("route") + "/" + members.get("bytesIn")))
                        .isTrue();
                int thread =
                        Integer.parseInt(String.valueOf(members.get("route")).substring("thread-".length()));
                long number = Long.parseLong(String.valueOf(members.get("bytesIn")));
                assertThat(number).isGreaterThan(last[thread]);
                last[thread] = number;
            }
        }
        assertThat(seen.size() + log.dropped()).isEqualTo((long) threads * linesEach);
    }

    private static Thread started(AccessLog log, String name, int lines) {
        Thread thread = new Thread(() -> {
            ExchangeFacts facts = forwarded();
            facts.route = name;
            for (int i = 1; i <= lines; i++) {
                facts.bytesIn = i;
                log.finished(facts);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void outputThatNobodyReadsStopsNothingAndTheLostLinesAreCounted() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int lines = 20_000;
        AccessLog log = new AccessLog(
                each(write -> {
                    stuck.countDown();
                    awaitUninterruptibly(release);
                    out.writeBytes(write.getBytes(UTF_8));
                }),
                false,
                CLOCK);
        log.finished(forwarded());
        stuck.await();
        for (int i = 1; i < lines; i++) {
            log.finished(forwarded());
        }

        assertThat(log.dropped()).isGreaterThan(lines / 2);
        release.countDown();
        log.close();
        assertThat(out.toString(UTF_8).lines().count() + log.dropped()).isEqualTo(lines);
        assertThat(out.toString(UTF_8)).endsWith("}\n");
    }

    @Test
    void closingGivesUpOnOutputThatNobodyReads() {
        CountDownLatch release = new CountDownLatch(1);
        AccessLog log = new AccessLog(each(write -> awaitUninterruptibly(release)), false, CLOCK);
        log.finished(forwarded());
        long start = System.nanoTime();
        log.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        release.countDown();
    }

    @Test
    void linesThatCannotBeWrittenAreCounted() {
        AccessLog log = new AccessLog(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("broken pipe");
                    }
                },
                false,
                CLOCK);
        log.finished(forwarded());
        log.finished(forwarded());
        log.close();
        log.finished(forwarded());

        assertThat(log.dropped()).isEqualTo(3);
    }

    private static ExchangeFacts forwarded() {
        ExchangeFacts facts = new ExchangeFacts();
        facts.startNanos = 1_000_000_000L;
        facts.endNanos = 1_012_345_678L;
        facts.traceId = TRACE;
        facts.route = "people";
        facts.method = "GET";
        facts.path = "/people/7";
        facts.status = 200;
        facts.grant = "on-behalf-of";
        facts.cache = "hit";
        facts.client = "app-1";
        facts.upstreamStatus = 200;
        facts.bytesOut = 1_234_567_890_123L;
        return facts;
    }

    private String pathInJson(String path) {
        ExchangeFacts facts = forwarded();
        facts.path = path;
        String line = json(facts);
        return line.substring(line.indexOf("\"path\":\"") + 8, line.indexOf("\",\"status\""));
    }

    private String json(ExchangeFacts facts) {
        return written(facts, false);
    }

    private String written(ExchangeFacts facts, boolean plain) {
        out.reset();
        try (AccessLog log = new AccessLog(out, plain, CLOCK)) {
            log.finished(facts);
        }
        return out.toString(UTF_8);
    }

    /** Sees every call with what it wrote. */
    private static OutputStream each(Consumer<String> writes) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                writes.accept(new String(bytes, offset, length, UTF_8));
            }
        };
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
