package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.obogateway.config.GatewayConfig;
import io.obogateway.http.OutboundProxy;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import io.obogateway.route.UpstreamTls;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code max-connections} where a connection is more than TCP: over TLS, and through an outbound proxy's tunnel. */
@SuppressWarnings("NullAway.Init") // each test starts its own
class SecureSlotsTest {
    private static final Pki PKI = new Pki();
    private static final X509Bundle CERTIFICATE = PKI.issue("people", "localhost", "people.example");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    private UpstreamTls trusting;
    private RawUpstream peer;
    private GatewayServer gateway;
    private Gauge connections;
    private int permitted;
    private final List<RawConnection> clients = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();

    @BeforeEach
    void write() {
        trusting = new UpstreamTls(PKI.caFile(folder), null, null, null);
    }

    @AfterEach
    void stop() {
        clients.forEach(RawConnection::close);
        gateway.close();
        peer.close();
    }

    @Test
    void overTlsNoMoreConnectionsStandThanArePermitted() {
        directly(2);
        everyConnectionServes(connection -> connection);

        get(8);

        assertThat(mostOpen).hasValueBetween(1, 2);
        Eventually.holds(() -> connections.now() == open.get());
    }

    @Test
    void aHandshakeThatFailsGivesItsSlotBack() {
        directly(1);
        RawConnection client = client().send(GET);
        peer.accept().close();
        assertThat(client.message()).startsWith("HTTP/1.1 503 ");
        connections.becomes(0);

        everyConnectionServes(connection -> connection);
        get(2);
    }

    @Test
    void aTunnelIsAConnectionToo() {
        throughProxy(1);
        everyConnectionServes(this::tunnel);

        get(6);

        assertThat(tunnels).isNotEmpty().allMatch(head -> head.startsWith("CONNECT people.example:443 HTTP/1.1\r\n"));
        assertThat(mostOpen).hasValue(1);
        connections.becomes(1);
    }

    @Test
    void aTunnelThatIsRefusedGivesItsSlotBack() {
        throughProxy(1);
        for (int i = 0; i < 3; i++) {
            RawConnection client = client().send(GET);
            RawConnection proxy = peer.accept();
            proxy.head();
            proxy.send("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 503 ");
            connections.becomes(0);
        }

        everyConnectionServes(this::tunnel);
        get(2);
    }

    private void directly(int maxConnections) {
        peer = new RawUpstream(PKI.listen(CERTIFICATE));
        String url = "https://localhost:" + peer.port();
        gateway = TestGateway.start(
                TestGateway.route(upstream(url, maxConnections, false), new RouteTimeouts(LONG, LONG, LONG), 1),
                new GatewayConfig.Timeouts(LONG, LONG, TestGateway.SHORT),
                10_000);
        connections = Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + url + "\"}");
    }

    private void throughProxy(int maxConnections) {
        peer = new RawUpstream();
        String url = "https://people.example";
        gateway = TestGateway.through(
                OutboundProxy.parse(peer.url(), null),
                TestGateway.route(upstream(url, maxConnections, true), new RouteTimeouts(LONG, LONG, LONG), 1));
        connections = Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + url + "\"}");
    }

    private Upstream upstream(String url, int maxConnections, boolean useOutboundProxy) {
        permitted = maxConnections;
        return new Upstream(
                List.of(URI.create(url)),
                Balance.LEAST_REQUEST,
                Protocol.HTTP1,
                trusting,
                null,
                maxConnections,
                useOutboundProxy);
    }

    private RawConnection tunnel(RawConnection fromGateway) {
        tunnels.add(fromGateway.head());
        fromGateway.send("HTTP/1.1 200 Connection established\r\n\r\n");
        try {
            SSLSocket secure = (SSLSocket)
                    PKI.context(CERTIFICATE).getSocketFactory().createSocket(fromGateway.socket(), null, true);
            secure.setUseClientMode(false);
            return new RawConnection(secure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is done with a connection before HTTP is spoken on it. */
    private interface Begin {
        RawConnection begin(RawConnection connection);
    }

    private void everyConnectionServes(Begin begin) {
        daemon(() -> {
            for (RawConnection next = peer.acceptOrNull(); next != null; next = peer.acceptOrNull()) {
                RawConnection accepted = next;
                awaitRoom();
                mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                daemon(() -> serve(accepted, begin));
            }
        });
    }

    /** Another's end may be on its way still; of one too many none is. */
    private void awaitRoom() {
        long begin = System.nanoTime();
        while (open.get() >= permitted
                && System.nanoTime() - begin < Duration.ofSeconds(3).toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void serve(RawConnection accepted, Begin begin) {
        try (RawConnection connection = begin.begin(accepted)) {
            while (true) {
                connection.message();
                connection.send(NamedService.ok("x"));
            }
        } catch (AssertionError | UncheckedIOException closed) {
            // by the gateway
        } finally {
            open.decrementAndGet();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "secure-peer");
        thread.setDaemon(true);
        thread.start();
    }

    /** At once, on both event loops. */
    private void get(int times) {
        List<RawConnection> asking = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            asking.add(client().send(GET));
        }
        asking.forEach(client -> assertThat(client.message()).startsWith("HTTP/1.1 200 "));
    }

    private RawConnection client() {
        RawConnection client = RawConnection.to(gateway.port());
        clients.add(client);
        return client;
    }
}
