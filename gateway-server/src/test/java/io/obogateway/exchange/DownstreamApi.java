package io.obogateway.exchange;

import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.obogateway.http.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A downstream API that answers with who it was told is calling, and remembers every credential it was sent. */
final class DownstreamApi implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "downstream-api");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<String> credentials = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;

    DownstreamApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Every {@code Authorization} that arrived, in order; "none" where there was none. */
    List<String> credentials() {
        return List.copyOf(credentials);
    }

    void answerWith(int newStatus) {
        status = newStatus;
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        List<String> fields = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
        String credential = fields.isEmpty() ? "none" : String.join(" AND ", fields);
        credentials.add(credential);
        byte[] body = JsonWriter.write(seen(credential)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Map<String, @Nullable Object> seen(String credential) {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        if (credential.startsWith("Bearer ")) {
            try {
                Map<String, Object> claims = SignedJWT.parse(credential.substring(7))
                        .getJWTClaimsSet()
                        .toJSONObject();
                List.of("oid", "sub", "aud", "azp", "name").forEach(name -> seen.put(name, claims.get(name)));
            } catch (ParseException e) {
                seen.put("opaque", credential);
            }
        }
        return seen;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
