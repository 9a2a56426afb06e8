package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.ConfigSource;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.RawConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gateway whose configuration changes beside its requests. Its route {@code moving} goes from one version of a service
 * to the next: the upstream's path and the scope change together, so that a request which was served by half of each would
 * bring a service another's token.
 */
final class ChangingConfiguration implements AutoCloseable {
    private final Path folder;
    private final String upstream;
    private final GatewayServer gateway;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger version = new AtomicInteger();
    private final AtomicInteger reloads = new AtomicInteger();

    /**
     * @param upstream of the route that moves
     */
    ChangingConfiguration(Path folder, String hocon, String upstream) {
        this.folder = folder;
        this.upstream = upstream;
        try {
            write("1-base.conf", Gateways.PORTS + hocon);
            write("2-moving.conf", moving(0));
            gateway = GatewayServer.start(
                    new ConfigSource(List.of(folder), Map.of()), OutputStream.nullOutputStream(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GatewayServer gateway() {
        return gateway;
    }

    /** Of the service that moves, at least: one that is on its way may serve already. */
    int version() {
        return version.get();
    }

    int reloads() {
        return reloads.get();
    }

    private String moving(int to) {
        return """
                gateway.routes.moving {
                  path = "/moving/**", strip-prefix = true, upstream = "%s/v%d", scope = "api://v%d/.default"
                }
                """.formatted(upstream, to, to);
    }

    /** Brings the next version of the moving service into effect. */
    synchronized void move() {
        int next = version.get() + 1;
        change("2-moving.conf", moving(next), 200);
        version.set(next);
    }

    synchronized void addRoutes() {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            routes.append(
                    "gateway.routes.extra%d { path = \"/extra/%d/**\", upstream = \"%s\", scope = \"api://extra/x\" }\n"
                            .formatted(i, i, upstream));
        }
        change("3-extra.conf", routes.toString(), 200);
        assertThat(answerWithoutToken("/extra/7/")).startsWith("HTTP/1.1 401 ");
    }

    synchronized void removeRoutes() {
        change("3-extra.conf", "", 200);
        assertThat(answerWithoutToken("/extra/7/")).startsWith("HTTP/1.1 404 ");
    }

    synchronized void widenAudiences(String own) {
        change("4-issuer.conf", "gateway.issuers.entra.audiences = [\"" + own + "\", \"another\"]", 200);
    }

    synchronized void limitRates() {
        change(
                "5-rates.conf",
                "gateway.route-defaults.rate-limit { requests = 1000000, per = 1m, key = employee }",
                200);
    }

    synchronized void limitCache(int entries) {
        change("6-cache.conf", "gateway.token-cache.max-entries = " + entries, 200);
    }

    /** Is refused as a whole: neither the route that is wrong nor the one that is right serves. */
    synchronized void breakIt() {
        change("7-bad.conf", """
                gateway.routes.wrong { paht = "/wrong" }
                gateway.routes.open { path = "/**", grant = anonymous, rate-limit = null }
                """, 422);
        change("7-bad.conf", "", 200);
    }

    private void change(String file, String content, int expectedStatus) {
        try {
            write(file, content);
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + "/api/reload"))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expectedStatus);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        reloads.incrementAndGet();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private String answerWithoutToken(String path) {
        try (RawConnection connection = RawConnection.to(gateway.port())) {
            return connection
                    .send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                    .message();
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
