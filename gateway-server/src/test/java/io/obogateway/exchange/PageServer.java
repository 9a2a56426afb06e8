package io.obogateway.exchange;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The origin of a page that checks something in its script and reports what it saw. The page is not loaded before it has
 * reported: it shows an image that comes no sooner. So a browser that loads it and ends has done all of it.
 */
final class PageServer implements AutoCloseable {
    private static final long SECONDS = 40;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletableFuture<String> report = new CompletableFuture<>();
    private final CountDownLatch reported = new CountDownLatch(1);
    private final Semaphore seen = new Semaphore(0);

    PageServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void show(String html) {
        server.createContext("/", exchange -> answer(exchange, "text/html; charset=utf-8", html));
        server.createContext("/report", exchange -> {
            report.complete(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            reported.countDown();
            answer(exchange, "text/plain", "");
        });
        server.createContext("/seen", exchange -> {
            seen.release();
            answer(exchange, "text/plain", "");
        });
        server.createContext("/reported.svg", exchange -> {
            await();
            answer(exchange, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>");
        });
    }

    private void await() throws IOException {
        try {
            if (!reported.await(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the page does not report");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Waits until the page says that it has seen one more thing. */
    boolean pageHasSeen() {
        try {
            return seen.tryAcquire(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** What the page saw; empty if it has not said so. */
    String report() {
        return report.getNow("");
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
