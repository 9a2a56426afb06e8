package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.Gauge;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.RawUpstream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is one employee's reaches no other, and the inbound token reaches nobody, in whatever order things happen. */
class IsolationTest extends GatewayBeforeApi {
    private static String request(String path, String token) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    }

    @Test
    void employeesWhoShareAConnectionEachGetTheirOwnAnswers() {
        String ada = entra.employeeToken().employee("Ada").issue();
        String bob = entra.employeeToken().employee("Bob").issue();
        try (RawConnection shared = RawConnection.to(gateway.port())) {
            for (int round = 0; round < 20; round++) {
                shared.send(request("/people/a", ada) + request("/people/b", bob) + request("/open/c", ada));
                assertThat(shared.message()).contains("\"name\":\"Ada\"").doesNotContain("Bob");
                assertThat(shared.message()).contains("\"name\":\"Bob\"").doesNotContain("Ada");
                assertThat(shared.message()).endsWith("\r\n\r\n{}");
            }
        }
        assertThat(api.credentials()).doesNotContain("Bearer " + ada, "Bearer " + bob);
    }

    @Test
    void anEmployeeWhoLeavesWhileHisTokenIsFetchedLeavesNothingBehind() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        entra.whenAny().then(Answer.success().heldUntil(later));
        RawConnection leaving = RawConnection.to(gateway.port());
        leaving.send(request("/people/a", entra.employeeToken().employee("Ada").issue()));
        entra.awaitTokenRequests(1, Duration.ofSeconds(10));

        leaving.reset();
        Gauge.inFlight(gateway).becomes(0);
        later.countDown();

        try (RawConnection bob = RawConnection.to(gateway.port())) {
            bob.send(request("/people/b", entra.employeeToken().employee("Bob").issue()));
            assertThat(bob.message()).contains("\"name\":\"Bob\"");
        }
        assertThat(api.credentials()).hasSize(1);
        Gauge.inFlight(gateway).becomes(0);
    }

    @Test
    void theInboundTokenReachesTheUpstreamByNoDetour() {
        String inbound = entra.employeeToken().issue();
        try (RawUpstream raw = new RawUpstream();
                GatewayServer toRaw = Gateways.start(Gateways.conf(entra, raw.url()));
                RawConnection client = RawConnection.to(toRaw.port())) {
            client.send("POST /people/a HTTP/1.1\r\nHost: a\r\nAuthorization: bearer  " + inbound + " \r\n"
                    + "Connection: TE, Transfer-Encoding, Host, Via, X-Forwarded-For\r\n"
                    + "Proxy-Authorization: Bearer " + inbound + "\r\nX-Forwarded-Access-Token: " + inbound + "\r\n"
                    + "TE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1\r\na\r\n0\r\nAuthorization: Bearer " + inbound + "\r\nProxy-Authorization: " + inbound
                    + "\r\nX-Forwarded-Access-Token: " + inbound + "\r\n\r\n");

            String request = raw.accept().message();

            assertThat(request)
                    .startsWith("POST /people/a HTTP/1.1\r\n")
                    .containsOnlyOnce("authorization: Bearer ")
                    .contains("\r\n\r\n1\r\na\r\n0\r\n\r\n")
                    .doesNotContain(inbound);
        }
    }

    @Test
    void aBodyOfVeryManyPiecesIsNotHeldForAReplay() {
        String challenge = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer realm=\"\","
                + " error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"\r\n\r\n";
        try (RawUpstream raw = new RawUpstream();
                GatewayServer toRaw = Gateways.start(Gateways.conf(entra, raw.url()));
                RawConnection client = RawConnection.to(toRaw.port())) {
            client.send("POST /people/a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                    + entra.employeeToken().issue() + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1\r\nx\r\n".repeat(1000) + "0\r\n\r\n");
            RawConnection peer = raw.accept();
            peer.message();
            peer.send(challenge);

            assertThat(client.message())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\"code\":\"claims_challenge\"", "error=\"insufficient_claims\"");
            assertThat(entra.exchangeCount()).isEqualTo(1);
        }
    }

    @Test
    void whatATargetSaysBeforeItsPathIsNotLogged() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET http://user:s3cret@a/people/7?token=t0p HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 400 ").doesNotContain("s3cret", "t0p");
        }
        gateway.close();

        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("\"path\":\"/people/7\"")
                .doesNotContain("s3cret", "t0p");
    }
}
