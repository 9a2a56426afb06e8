package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.wire.Gauge;
import io.obogateway.wire.Http2Connection;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.WebSocketHandshake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets over HTTP/2 behind the checks: who gets one, and that none outlives its token. */
class Http2StreamsTest extends GatewayBeforeRawUpstream {
    private final Http2Connection client = Http2Connection.to(gateway.port());

    Http2StreamsTest() {
        super("gateway.issuers.entra.clock-skew = 0s");
    }

    @AfterEach
    void leave() {
        client.close();
    }

    private void handshake(int stream, String name, String value) {
        client.headers(
                stream,
                false,
                Http2Connection.extendedConnect("websocket", "/people/", "sec-websocket-version", "13", name, value));
    }

    @Test
    void aHandshakeWithoutATokenOrWithTheWrongOneIsRefusedBeforeAnybodySeesIt() {
        handshake(1, "x", "y");
        handshake(3, "authorization", "Bearer " + entra.applicationToken().issue());

        assertThat(client.response(1).head()).contains(":status: 401\n");
        assertThat(client.response(1).body()).contains("\"code\":\"token_missing\"");
        assertThat(client.response(3).head()).contains(":status: 403\n");
        assertThat(entra.exchangeCount()).isZero();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void aWebSocketEndsWithItsTokenAndBothEndsAreToldWhy() throws Exception {
        String token = entra.employeeToken().expiresIn(Duration.ofSeconds(4)).issue();
        handshake(1, "authorization", "Bearer " + token);
        RawConnection peer = upstream.accept();
        String asked = peer.head();
        peer.send(WebSocketHandshake.accepted(asked) + "\r\n\u0081\u0002hi");

        assertThat(asked).containsOnlyOnce("authorization: Bearer ").doesNotContain(token);
        assertThat(client.response(1).head()).contains(":status: 200\n");
        assertThat(client.response(1).body()).startsWith("\ufffd\u0002hi").endsWith("token expired");
        assertThat(client.response(1).reset()).isEqualTo(-1);
        assertThat(peer.rest()).startsWith("\u0088\u008f");
        Gauge.inFlight(gateway).becomes(0);
        gateway.close();
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"status\":200", "\"upstreamStatus\":101");
    }

    @Test
    void aHandshakeThatIsAnsweredWithAClaimsChallengeIsMadeAgainWithANewToken() throws Exception {
        handshake(1, "authorization", "Bearer " + entra.employeeToken().issue());
        client.data(1, false, "early");
        RawConnection peer = upstream.accept();
        peer.head();
        String claims = Base64.getEncoder()
                .encodeToString("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}"
                        .getBytes(StandardCharsets.UTF_8));
        peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer"
                + " error=\"insufficient_claims\", claims=\"" + claims + "\"\r\n\r\n");
        RawConnection again = upstream.accept();
        again.send(WebSocketHandshake.accepted(again.head()) + "\r\n");

        assertThat(client.headOf(1).head()).contains(":status: 200\n");
        assertThat(again.read(5)).isEqualTo("early");
    }
}
