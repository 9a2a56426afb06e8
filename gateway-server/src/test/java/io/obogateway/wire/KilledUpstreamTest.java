package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.server.GatewayServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One of three processes is killed under load. */
class KilledUpstreamTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int CLIENTS = 8;

    private final List<Process> processes = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        over.set(true);
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void noIdempotentRequestFails() throws Exception {
        List<URI> urls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(NamedService.process());
        }
        for (Process process : processes) {
            String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            urls.add(URI.create("http://127.0.0.1:" + port));
        }
        Upstream upstream = new Upstream(urls, Balance.LEAST_REQUEST, Protocol.HTTP1, null, null, 0, false);
        try (GatewayServer gateway = TestGateway.start(
                TestGateway.route(upstream, new RouteTimeouts(LONG, LONG, LONG), 1),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000)) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(gateway.port(), i % 2 == 0));
            }
            awaitAnswers(500);

            processes.get(1).destroyForcibly();

            awaitAnswers(answered.get() + 500);
            over.set(true);
            for (Thread client : clients) {
                client.join(10_000);
            }
            assertThat(failed).isEmpty();
            assertThat(Gauge.of(gateway, "gateway_upstream_healthy{address=\"" + urls.get(1) + "\"}")
                            .now())
                    .isZero();
        }
    }

    private void awaitAnswers(int count) {
        Eventually.holds(Duration.ofSeconds(60), () -> answered.get() >= count || !failed.isEmpty());
    }

    private Thread client(int port, boolean withContent) {
        String request = withContent
                ? "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                : "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        Thread thread = new Thread(() -> {
            try (RawConnection connection = RawConnection.to(port)) {
                while (!over.get()) {
                    String response = connection.send(request).message();
                    answered.incrementAndGet();
                    if (!response.startsWith("HTTP/1.1 200 ")) {
                        failed.add(response);
                    }
                }
            } catch (AssertionError | RuntimeException e) {
                failed.add(e.toString());
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
