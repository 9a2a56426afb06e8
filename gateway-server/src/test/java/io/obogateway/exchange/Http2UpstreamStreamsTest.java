package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.Eventually;
import io.obogateway.wire.Gauge;
import io.obogateway.wire.Http2Connection;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.ScriptedHttp2Upstream;
import io.obogateway.wire.ScriptedHttp2Upstream.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets to a service that takes them over HTTP/2, behind the checks: whose token it sees, and that none outlives its own. */
class Http2UpstreamStreamsTest {
    private static final String EXPIRED = "\u0088\u000f\u0003\u00f0token expired";

    private final FakeEntra entra = FakeEntra.start();
    private final ScriptedHttp2Upstream upstream = ScriptedHttp2Upstream.forWebSockets();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final GatewayServer gateway = Gateways.start(
            Gateways.conf(entra, upstream.url())
                    + "gateway.issuers.entra.clock-skew = 0s\ngateway.route-defaults.upstream.protocol = http2\n",
            log);
    private final RawConnection client = RawConnection.to(gateway.port());

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.close();
        entra.close();
    }

    private String shortLived() {
        return entra.employeeToken().expiresIn(Duration.ofSeconds(6)).issue();
    }

    /** Keys are fetched and everything is loaded, so that no moment of a short life passes there. */
    private void warmUp() throws InterruptedException {
        try (RawConnection first = RawConnection.to(gateway.port())) {
            first.send("GET /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                    + entra.employeeToken().issue() + "\r\n\r\n");
            upstream.accept().then(s -> s.head(204, true));
            assertThat(first.message()).startsWith("HTTP/1.1 204 ");
        }
    }

    private void handshake(String path, String authorization) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + authorization
                + "Connection: Upgrade, Authorization\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    }

    private static void assertOtherToken(Stream stream, String inbound) {
        assertThat(stream.request().getAll("authorization")).hasSize(1);
        assertThat(stream.request().get("authorization").toString()).startsWith("Bearer ");
        assertThat(stream.request().toString()).doesNotContain(inbound);
    }

    @Test
    void whoMayNotGetsNoStream() {
        handshake(
                "/people/", "Authorization: Bearer " + entra.applicationToken().issue() + "\r\n");
        assertThat(client.message()).startsWith("HTTP/1.1 403 ");
        try (RawConnection other = RawConnection.to(gateway.port())) {
            other.send("GET /people/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            assertThat(other.message()).startsWith("HTTP/1.1 401 ");
        }
        assertThat(entra.exchangeCount()).isZero();
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void theServiceSeesTheAcquiredTokenAndNeverTheInboundOne() throws Exception {
        String token = entra.employeeToken().issue();
        handshake("/people/?x=1", "Authorization: Bearer " + token + "\r\n");
        assertOtherToken(upstream.accept(), token);

        try (Http2Connection http2 = Http2Connection.to(gateway.port())) {
            http2.headers(1, false, Http2Connection.webSocket("/people/", "authorization", "Bearer " + token));
            assertOtherToken(upstream.accept(), token);
            http2.headers(3, false, Http2Connection.webSocket("/open/", "authorization", "Bearer " + token));
            assertThat(upstream.accept().request().contains("authorization")).isFalse();
        }
    }

    @Test
    void aWebSocketEndsWithItsTokenAndBothEndsAreToldWhy() throws Exception {
        warmUp();
        handshake("/people/", "Authorization: Bearer " + shortLived() + "\r\n");
        upstream.accept().then(s -> s.head(200, false).data("\u0081\u0002hi", false));

        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        assertThat(client.read(4)).isEqualTo("\u0081\u0002hi");
        assertThat(client.rest()).isEqualTo(EXPIRED);
        Eventually.holds(() -> upstream.content().endsWith("|"));
        assertThat(upstream.content()).startsWith("\u0088\u008f").hasSize(EXPIRED.length() + 4 + 1);
        Gauge.inFlight(gateway).becomes(0);
        gateway.close();
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"status\":101", "\"upstreamStatus\":101");
    }

    @Test
    void aHandshakeThatIsAnsweredWithAClaimsChallengeIsMadeAgainWithANewToken() throws Exception {
        String claims = Base64.getEncoder()
                .encodeToString("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}"
                        .getBytes(StandardCharsets.UTF_8));
        handshake("/people/", "Authorization: Bearer " + entra.employeeToken().issue() + "\r\n");
        Stream first = upstream.accept();
        first.then(s -> s.head(
                401, true, "www-authenticate", "Bearer error=\"insufficient_claims\", claims=\"" + claims + "\""));
        Stream second = upstream.accept();
        second.then(s -> s.head(200, false));

        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        assertThat(second.request().method()).hasToString("CONNECT");
        assertThat(second.request().get("authorization"))
                .isNotEqualTo(first.request().get("authorization"));
        second.then(s -> s.data("\u0081\u0001x", false));
        assertThat(client.read(3)).isEqualTo("\u0081\u0001x");
    }
}
