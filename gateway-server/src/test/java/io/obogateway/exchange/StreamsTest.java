package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.wire.Gauge;
import io.obogateway.wire.RawConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets and event streams behind the checks: who gets one, and that none outlives its token. */
class StreamsTest extends GatewayBeforeRawUpstream {
    private static final String HANDSHAKE = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final String ACCEPTED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String EXPIRED = "\u0088\u000f\u0003\u00f0token expired";

    private RawConnection client = RawConnection.to(gateway.port());

    StreamsTest() {
        super("gateway.issuers.entra.clock-skew = 0s");
    }

    @AfterEach
    void leave() {
        client.close();
    }

    private String shortLived() {
        return entra.employeeToken().expiresIn(Duration.ofSeconds(4)).issue();
    }

    private static String get(String path, String token, String more) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n" + more;
    }

    private RawConnection open(String token) {
        client.send(get("/people/", token, HANDSHAKE));
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(ACCEPTED);
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return peer;
    }

    @Test
    void aHandshakeWithoutATokenIsRefusedBeforeAnybodySeesIt() {
        client.send("GET /people/ HTTP/1.1\r\nHost: a\r\n" + HANDSHAKE);

        assertThat(client.message()).startsWith("HTTP/1.1 401 ").contains("\"code\":\"token_missing\"");
        assertThat(client.closedByPeer()).isTrue();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aTokenElsewhereThanInAuthorizationIsNone() {
        String token = entra.employeeToken().issue();
        client.send("GET /people/?access_token=" + token + " HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Protocol: bearer, "
                + token + "\r\n" + HANDSHAKE);

        assertThat(client.message()).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aHandshakeOfTheWrongKindOfCallerIsRefusedBeforeAnybodySeesIt() {
        client.send(get("/people/", entra.applicationToken().issue(), HANDSHAKE));

        assertThat(client.message()).startsWith("HTTP/1.1 403 ");
        assertThat(entra.exchangeCount()).isZero();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void theServiceGetsATokenOfItsOwnWithTheHandshake() {
        String token = entra.employeeToken().issue();
        client.send(get("/people/", token, HANDSHAKE));

        assertThat(upstream.accept().head())
                .containsOnlyOnce("authorization: Bearer ")
                .doesNotContain(token);
    }

    @Test
    void aHandshakeThatIsAnsweredWithAClaimsChallengeIsMadeAgainWithANewToken() {
        client.send(get("/people/", entra.employeeToken().issue(), HANDSHAKE));
        RawConnection peer = upstream.accept();
        String first = peer.head();
        String claims = Base64.getEncoder()
                .encodeToString("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}"
                        .getBytes(StandardCharsets.UTF_8));
        peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer"
                + " error=\"insufficient_claims\", claims=\"" + claims + "\"\r\n\r\n");
        RawConnection again = upstream.accept();
        String second = again.head();
        again.send(ACCEPTED);

        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        assertThat(second.toLowerCase(Locale.ROOT))
                .contains("\r\nconnection: upgrade\r\n", "\r\nupgrade: websocket\r\n");
        assertThat(second).isNotEqualTo(first);
        again.send("\u0081\u0001x");
        assertThat(client.read(3)).isEqualTo("\u0081\u0001x");
    }

    @Test
    void aWebSocketEndsWithItsTokenAndBothEndsAreToldWhy() {
        RawConnection peer = open(shortLived());
        peer.send("\u0081\u0002hi");

        assertThat(client.read(4)).isEqualTo("\u0081\u0002hi");
        assertThat(client.rest()).isEqualTo(EXPIRED);
        assertThat(peer.rest()).startsWith("\u0088\u008f").hasSize(EXPIRED.length() + 4);
        Gauge.inFlight(gateway).becomes(0);
        gateway.close();
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"status\":101");
    }

    @Test
    void trafficDoesNotKeepAWebSocketOpen() {
        RawConnection peer = open(shortLived());
        String frame;
        do {
            peer.send("\u0089\u0000");
            frame = client.read(2);
        } while (frame.equals("\u0089\u0000"));

        assertThat(frame + client.rest()).isEqualTo(EXPIRED);
    }

    @Test
    void anEventStreamIsSentAsItComesAndEndsWithItsToken() {
        String token = shortLived();
        client.send(get("/people/", token, "Accept: text/event-stream\r\n\r\n"));
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        for (int i = 0; i < 3; i++) {
            peer.send("9\r\ndata: " + i + "\n\n\r\n");
            assertThat(client.readUntil("\n\n\r\n")).isEqualTo("9\r\ndata: " + i + "\n\n\r\n");
        }

        assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
        assertThat(peer.closedByPeer()).isTrue();
        client.send(get("/people/", token, "\r\n"));
        assertThat(client.message()).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aGrpcStreamEndsWithAStatusThatSaysSo() {
        client.send(get("/people/", shortLived(), "\r\n"));
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/grpc+proto\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");

        assertThat(client.message()).endsWith("1\r\nx\r\n0\r\ngrpc-status: 16\r\ngrpc-message: token expired\r\n\r\n");
    }

    @Test
    void aGrpcRequestThatStreamsEndsToo() {
        client.send(
                "POST /people/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n"
                        + "Authorization: Bearer " + shortLived() + "\r\n\r\n1\r\nx\r\n");
        RawConnection peer = upstream.accept();

        assertThat(client.message()).startsWith("HTTP/1.1 401 ").contains("\"code\":\"token_invalid\"");
        assertThat(peer.rest()).contains("1\r\nx\r\n");
    }

    @Test
    void aDownloadOutlivesItsToken() {
        String token = shortLived();
        client.send(get("/people/", token, "\r\n"));
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        client.head();
        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send(get("/people/", token, HANDSHAKE));
            RawConnection tunnel = upstream.accept();
            tunnel.head();
            tunnel.send(ACCEPTED);
            assertThat(other.head()).startsWith("HTTP/1.1 101 ");
            assertThat(other.rest()).isEqualTo(EXPIRED); // by now the token is no longer good
        }

        peer.send("1\r\nb\r\n0\r\n\r\n");

        assertThat(client.read(17)).isEqualTo("1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
    }

    @Test
    void aWebSocketThatNeededNoTokenHasNoEndOfItsOwn() {
        client.send("GET /open/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + shortLived() + "\r\n" + HANDSHAKE);
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send(ACCEPTED);
        RawConnection anonymous = client;
        assertThat(anonymous.head()).startsWith("HTTP/1.1 101 ");
        client = RawConnection.to(gateway.port());
        open(shortLived());
        assertThat(client.rest()).isEqualTo(EXPIRED);
        peer.send("\u0081\u0001x");

        assertThat(anonymous.read(3)).isEqualTo("\u0081\u0001x");
        anonymous.close();
    }

    @Test
    void aRouteMayKeepItsStreams() {
        gateway.close();
        gateway = Gateways.start(Gateways.conf(entra, upstream.url())
                + "\ngateway.issuers.entra.clock-skew = 0s\ngateway.routes.pass.at-token-expiry = keep\n");
        client.close();
        client = RawConnection.to(gateway.port());
        String token = shortLived();
        client.send(get("/pass/", token, HANDSHAKE));
        RawConnection kept = upstream.accept();
        kept.head();
        kept.send(ACCEPTED);
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send(get("/people/", token, HANDSHAKE));
            RawConnection ending = upstream.accept();
            ending.head();
            ending.send(ACCEPTED);
            other.head();
            assertThat(other.rest()).isEqualTo(EXPIRED);
        }

        kept.send("\u0081\u0001x");

        assertThat(client.read(3)).isEqualTo("\u0081\u0001x");
    }
}
