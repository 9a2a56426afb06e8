package io.obogateway.fakeentra;

import static io.obogateway.fakeentra.Client.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FakeEntraExtension.class)
class ScriptTest {
    private static final String SCOPE = "api://x/.default";

    private final FakeEntra entra;
    private final Client client;

    ScriptTest(FakeEntra entra) {
        this.entra = entra;
        this.client = new Client(entra);
    }

    private HttpResponse<String> exchange(String scope) throws Exception {
        return client.post(client.exchange(entra.employeeToken().issue(), scope));
    }

    @Test
    void answersComeInTheirOrderAndTheLastStays() throws Exception {
        entra.whenScope(SCOPE)
                .answer(Answer.error(500, "server_error"))
                .then(Answer.html(502))
                .thenSucceed();

        assertThat(exchange(SCOPE).statusCode()).isEqualTo(500);
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(502);
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(200);
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(200);
    }

    @Test
    void ruleTouchesItsScopeOnly() throws Exception {
        entra.whenScope(SCOPE).answer(Answer.error(500, "server_error"));

        assertThat(exchange("api://y/.default").statusCode()).isEqualTo(200);
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(500);
    }

    @Test
    void ruleTouchesItsEmployeeOnly() throws Exception {
        entra.whenEmployee("42").answer(Answer.error(400, "invalid_grant").code(50105));
        String fortyTwo = entra.employeeToken().oid("42").issue();

        assertThat(client.post(client.exchange(fortyTwo, SCOPE)).statusCode()).isEqualTo(400);
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(200);
    }

    @Test
    void newestRuleDecides() throws Exception {
        entra.whenAny().answer(Answer.error(500, "server_error"));
        entra.whenScope(SCOPE).answer(Answer.throttled("7"));

        HttpResponse<String> response = exchange(SCOPE);

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).hasValue("7");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain");
    }

    @Test
    void claimsChallengeIsAJsonString() throws Exception {
        String claims = "{\"access_token\":{\"polids\":{\"essential\":true,\"values\":[\"5ce770ea\"]}}}";
        entra.whenScope(SCOPE).answer(Answer.interactionRequired(claims));

        Map<String, Object> body = json(exchange(SCOPE));

        assertThat(body)
                .containsEntry("error", "interaction_required")
                .containsEntry("suberror", "basic_action")
                .containsEntry("error_codes", List.of(50076L))
                .containsEntry("claims", claims);
        assertThat(JSONObjectUtils.parse((String) body.get("claims"))).containsKey("access_token");
        assertThat((String) body.get("error_description")).startsWith("AADSTS50076: ");
    }

    @Test
    void successCanSayAnythingAboutItsLife() throws Exception {
        entra.whenAny()
                .answer(Answer.success().expiresIn("\"3599\"").refreshIn("1800"))
                .then(Answer.success().expiresIn("-1").extExpiresIn("0"))
                .then(Answer.success().expiresIn("1099511627776"))
                .then(Answer.success().without("expires_in"));

        assertThat(json(exchange(SCOPE))).containsEntry("expires_in", "3599").containsEntry("refresh_in", 1800L);
        assertThat(json(exchange(SCOPE))).containsEntry("expires_in", -1L).containsEntry("ext_expires_in", 0L);
        assertThat(json(exchange(SCOPE))).containsEntry("expires_in", 1L << 40);
        assertThat(json(exchange(SCOPE))).doesNotContainKey("expires_in").containsKey("access_token");
    }

    @Test
    void successCanCarryABrokenToken() throws Exception {
        entra.whenAny()
                .answer(Answer.success().accessToken("a\r\nX-Evil: 1").tokenType("bearer"))
                .then(Answer.success().accessToken("").without("token_type"));

        assertThat(json(exchange(SCOPE)))
                .containsEntry("access_token", "a\r\nX-Evil: 1")
                .containsEntry("token_type", "bearer");
        assertThat(json(exchange(SCOPE))).containsEntry("access_token", "").doesNotContainKey("token_type");
    }

    @Test
    void scriptedSuccessStillRefusesAnInvalidRequest() throws Exception {
        entra.whenAny().answer(Answer.success().expiresIn("5"));

        assertThat(client.post(client.exchange("nonsense", SCOPE)).statusCode()).isEqualTo(400);
    }

    @Test
    void heldAnswerWaitsForItsGate() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        entra.whenAny().answer(Answer.success().heldUntil(gate));
        FutureTask<HttpResponse<String>> call = new FutureTask<>(() -> exchange(SCOPE));
        new Thread(call).start();

        entra.awaitTokenRequests(1, Duration.ofSeconds(10));
        assertThat(call.isDone()).isFalse();
        gate.countDown();

        assertThat(call.get().statusCode()).isEqualTo(200);
    }

    @Test
    void resetForgetsRulesAndRequests() throws Exception {
        entra.whenAny().answer(Answer.error(500, "server_error"));
        exchange(SCOPE);

        entra.reset();

        assertThat(entra.tokenRequests()).isEmpty();
        assertThat(exchange(SCOPE).statusCode()).isEqualTo(200);
    }
}
