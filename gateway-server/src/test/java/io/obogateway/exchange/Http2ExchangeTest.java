package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.wire.DirectMemory;
import io.obogateway.wire.Http2Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens and refusals of requests that come by HTTP/2. */
class Http2ExchangeTest extends GatewayBeforeApi {
    private final Http2Connection client = Http2Connection.to(gateway.port());

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void employeesOnManyStreamsOfOneConnectionEachGetTheirOwnAnswers() {
        String ada = "Bearer " + entra.employeeToken().employee("Ada").issue();
        String bob = "Bearer " + entra.employeeToken().employee("Bob").issue();
        for (int round = 0; round < 10; round++) {
            int first = 1 + 20 * round;
            for (int i = 0; i < 10; i++) {
                client.get(first + 2 * i, "/people/" + i, "authorization", i % 2 == 0 ? ada : bob);
            }
            for (int i = 9; i >= 0; i--) {
                assertThat(client.response(first + 2 * i).body())
                        .contains(i % 2 == 0 ? "\"name\":\"Ada\"" : "\"name\":\"Bob\"");
            }
        }
        assertThat(api.credentials()).hasSize(100).doesNotContain(ada, bob);
        assertThat(entra.exchangeCount()).isEqualTo(2);
    }

    @Test
    void contentThatComesBeforeTheDecisionIsHeldAsBytesAndNotAsFrames() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        entra.whenAny().then(Answer.success().heldUntil(later));
        String ada = "Bearer " + entra.employeeToken().employee("Ada").issue();
        client.request(1, "POST", "/people/x", false, "authorization", ada);
        entra.awaitTokenRequests(1, Duration.ofSeconds(10));
        long before = DirectMemory.used();
        byte[] padded = new byte[257]; // all of it counts, and one byte of it is content
        padded[0] = (byte) 255;
        client.repeat(24_000, Http2Connection.DATA, Http2Connection.PADDED, 1, padded);
        client.frame(Http2Connection.PING, 0, 0, new byte[8]);
        client.until(Http2Connection.PING);
        assertThat(DirectMemory.used() - before).isLessThan(4L << 20);

        later.countDown();
        client.data(1, true, "y");
        assertThat(client.response(1).body()).contains("\"name\":\"Ada\"");
    }

    @Test
    void aRefusalIsAProblemDocumentAndIsLogged() {
        client.get(1, "/people/7?secret=1");
        Http2Connection.Response refused = client.response(1);
        gateway.close();

        assertThat(refused.head())
                .startsWith(":status: 401\n")
                .contains("content-type: application/problem+json\n", "www-authenticate: Bearer\n");
        assertThat(refused.body()).contains("\"code\":\"token_missing\"");
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("\"path\":\"/people/7\"", "\"status\":401", "\"code\":\"token_missing\"");
    }

    @Test
    void aRefusalOfAGrpcRequestIsAGrpcStatus() {
        client.request(1, "POST", "/people/Echo", false, "content-type", "application/grpc+proto", "te", "trailers");
        Http2Connection.Response refused = client.response(1);

        assertThat(refused.head())
                .startsWith(":status: 200\n")
                .contains("content-type: application/grpc\n", "grpc-status: 16\n", "grpc-message: ")
                .contains("obo-gateway-code: token_missing\n", "www-authenticate: Bearer\n");
        assertThat(refused.body()).isEmpty();
        assertThat(refused.trailers()).isEmpty();
    }

    @Test
    void everyRefusalHasItsGrpcStatus() {
        String machine = "Bearer " + entra.applicationToken().issue();
        client.request(1, "POST", "/nowhere", true, "content-type", "application/grpc");
        client.request(3, "POST", "/people/x", true, "content-type", "application/grpc", "authorization", machine);
        client.request(5, "POST", "/people/%2e%2e/x", true, "content-type", "application/grpc");
        assertThat(client.response(1).head()).contains("grpc-status: 12\n", "obo-gateway-code: no_route\n");
        assertThat(client.response(3).head()).contains("grpc-status: 7\n", "obo-gateway-code: token_not_delegated\n");
        assertThat(client.response(5).head()).contains("grpc-status: 13\n", "obo-gateway-code: bad_request\n");
    }
}
