package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whoever leaves, whenever: nothing stays behind, and what was sent in full arrives in full. */
class EventOrderTest extends Http1Conversation {
    private static final int MIB = 1 << 20;

    @Test
    void aClientThatLeavesInTheMiddleOfItsRequestEndsIt() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        RawConnection peer = upstream.accept();
        assertThat(peer.head() + peer.read(3)).endsWith("\r\n\r\nabc");

        client.reset();

        assertThat(peer.closedByPeer()).isTrue();
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsResponseEndsIt() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        Flood flood = Flood.into(peer.socket().getOutputStream(), 1_000_000_000);
        client.head();
        client.skip(MIB);

        client.reset();

        Gauge.inFlight(gateway).becomes(0);
        flood.abandon();
    }

    @Test
    void aClientThatLeavesWhileItsUpstreamIsConnectedToEndsItsRequest() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) { // nobody accepts them: further ones are not even connected
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 200);
                } catch (IOException backlogIsFull) {
                    break;
                }
            }
            restart(TestGateway.patient("http://127.0.0.1:" + full.getLocalPort()));
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Gauge.inFlight(gateway).becomes(1);

            client.reset();

            Gauge.inFlight(gateway).becomes(0);
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void aServiceThatClosesRightAfterItsResponseDoesNotCutItShortForASlowClient() throws Exception {
        int size = 16 * MIB;
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"); // its end is the close
        Flood flood = Flood.into(peer.socket().getOutputStream(), size);
        flood.awaitStanding();

        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("transfer-encoding: chunked\r\n");
        Thread closer = new Thread(() -> {
            try {
                flood.awaitDone();
                peer.close();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        closer.start();
        int received = 0;
        for (int chunk = nextChunk(); chunk > 0; chunk = nextChunk()) {
            client.skip(chunk + 2);
            received += chunk;
        }

        assertThat(received).isEqualTo(size);
        closer.join();
    }

    private int nextChunk() {
        return Integer.parseInt(client.readUntil("\r\n").strip(), 16);
    }

    @Test
    void atTheLimitOfConnectionsTheNextWaitsForOneToClose() {
        gateway.close();
        gateway = TestGateway.withConnections(upstream.url(), 1);
        for (int i = 0; i < 50; i++) {
            try (RawConnection one = RawConnection.to(gateway.port())) {
                one.send("GET /../a HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(one.message()).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void aRefusedRequestsContentIsNoRequest() {
        String content = "GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n";
        client.send("POST /../a HTTP/1.1\r\nHost: a\r\nContent-Length: " + content.length() + "\r\n\r\n" + content
                + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(client.message()).startsWith("HTTP/1.1 400 ");
        RawConnection peer = upstream.accept();
        assertThat(peer.head()).startsWith("GET /next ");
    }

    @Test
    void aThousandRequestsInOnePieceAreAnsweredInTheirOrder() {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            requests.append("GET /../ HTTP/1.1\r\nHost: a\r\ntraceparent: 00-")
                    .append(trace(i))
                    .append("-00f067aa0ba902b7-01\r\n\r\n");
        }
        client.send(requests.append("GET / HTTP/1.1\r\nHost: a\r\n\r\n").toString());

        for (int i = 0; i < 1000; i++) {
            assertThat(client.message()).startsWith("HTTP/1.1 400 ").contains(trace(i));
        }
        upstream.accept().send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).startsWith("HTTP/1.1 200 ");
    }

    private static String trace(int number) {
        return String.format(Locale.ROOT, "%032x", number + 1);
    }

    @Test
    void anEarlyResponseLeavesTheRestOfTheRequestUnread() {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        assertThat(client.message()).startsWith("HTTP/1.1 403 ").contains("connection: close\r\n");

        client.send("GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n".repeat(5));

        assertThat(client.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
        Gauge.inFlight(gateway).becomes(0);
    }
}
