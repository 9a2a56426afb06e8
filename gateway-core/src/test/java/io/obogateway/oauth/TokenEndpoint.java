package io.obogateway.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A scripted token endpoint over real HTTP: it gives the queued answers, then the standing one, and records requests. */
final class TokenEndpoint implements AutoCloseable {
    /** What it answers. */
    record Reply(int status, Map<String, String> headers, String body) {}

    /** What it was asked; header names as {@link HttpExchange} normalizes them. */
    record Asked(String body, Map<String, List<String>> headers) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final Deque<Reply> queued = new ArrayDeque<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Supplier<Reply> standing;
    private volatile CountDownLatch held = new CountDownLatch(0);

    TokenEndpoint() {
        standing = () -> token("t" + asked.size(), 3600);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    static Reply token(String value, long expiresIn) {
        return json(
                200, "{\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + ",\"access_token\":\"" + value + "\"}");
    }

    static Reply json(int status, String body) {
        return new Reply(status, Map.of("content-type", "application/json"), body);
    }

    static Reply error(int status, String error, int... codes) {
        return json(
                status,
                "{\"error\":\"" + error + "\",\"error_codes\":" + Arrays.toString(codes)
                        + ",\"correlation_id\":\"c-1\",\"error_description\":\"about jane@example.com\"}");
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
    }

    TokenEndpoint next(Reply reply) {
        synchronized (queued) {
            queued.add(reply);
        }
        return this;
    }

    TokenEndpoint always(Reply reply) {
        standing = () -> reply;
        return this;
    }

    /** Answers wait until {@link #release()}. */
    void hold() {
        held = new CountDownLatch(1);
    }

    void release() {
        held.countDown();
    }

    int count() {
        return asked.size();
    }

    Asked last() {
        return asked.get(asked.size() - 1);
    }

    List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(body, Map.copyOf(exchange.getRequestHeaders())));
            held.await();
            Reply reply;
            synchronized (queued) {
                reply = queued.isEmpty() ? standing.get() : queued.poll();
            }
            byte[] content = reply.body().getBytes(StandardCharsets.UTF_8);
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(reply.status(), content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
