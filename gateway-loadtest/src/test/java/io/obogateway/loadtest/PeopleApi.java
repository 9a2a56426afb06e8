package io.obogateway.loadtest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The API behind the gateway under load: answers with the claims of the token that it was sent. */
final class PeopleApi implements AutoCloseable {
    private static final String SCHEME = "Bearer ";
    private static final int THREADS = 32;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    private PeopleApi(HttpServer server) {
        this.server = server;
    }

    /** Starts it on a free loopback port. */
    static PeopleApi start() {
        // else each answer waits for the acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            PeopleApi api =
                    new PeopleApi(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024));
            api.server.setExecutor(api.threads);
            api.server.createContext("/", PeopleApi::answer);
            api.server.start();
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException("no free loopback port", e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String field = exchange.getRequestHeaders().getFirst("Authorization");
            if (field == null || !field.startsWith(SCHEME)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            String payload = field.substring(SCHEME.length()).split("\\.", -1)[1];
            byte[] claims = Base64.getUrlDecoder().decode(payload);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, claims.length);
            exchange.getResponseBody().write(claims);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
