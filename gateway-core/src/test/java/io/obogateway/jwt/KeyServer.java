package io.obogateway.jwt;

import com.nimbusds.jose.jwk.JWK;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.obogateway.http.JsonWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real HTTP server with a key set and a discovery document, which can be changed, broken and held back. */
final class KeyServer implements AutoCloseable {
    final AtomicInteger keyFetches = new AtomicInteger();
    final AtomicInteger discoveryFetches = new AtomicInteger();

    volatile int status = 200;
    volatile String keys = "{\"keys\":[]}";
    volatile String discovery = "{}";
    volatile CountDownLatch gate = new CountDownLatch(0);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    KeyServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/keys", exchange -> answer(exchange, keyFetches, () -> keys));
        server.createContext(
                "/.well-known/openid-configuration", exchange -> answer(exchange, discoveryFetches, () -> discovery));
        server.start();
    }

    private void answer(HttpExchange exchange, AtomicInteger count, Supplier<String> text) throws IOException {
        count.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    void publish(JWK... published) {
        List<Object> elements = new ArrayList<>();
        for (JWK key : published) {
            elements.add(key.toPublicJWK().toJSONObject());
        }
        keys = JsonWriter.write(Map.of("keys", elements));
    }

    /** Publishes keys by their members, which need not make sense. */
    void publishMembers(List<? extends Map<String, @Nullable Object>> published) {
        keys = JsonWriter.write(Map.of("keys", published));
    }

    /** Describes itself in the discovery document, with members that a test adds. */
    void describe(@Nullable Object... members) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("issuer", Tokens.ISSUER);
        document.put("jwks_uri", keysUrl().toString());
        for (int i = 0; i < members.length; i += 2) {
            document.put(String.valueOf(members[i]), members[i + 1]);
        }
        discovery = JsonWriter.write(document);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    URI keysUrl() {
        return URI.create(url() + "/keys");
    }

    URI discoveryUrl() {
        return URI.create(url() + "/.well-known/openid-configuration");
    }

    @Override
    public void close() {
        gate.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
