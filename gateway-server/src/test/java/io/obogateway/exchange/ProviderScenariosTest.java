package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.TokenBuilder;
import io.obogateway.wire.RawConnection;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider may do, and for each: the response, the calls that the provider saw, and what reached the service. */
class ProviderScenariosTest extends GatewayBeforeApi {
    private static final String CLAIMS = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c25\"}}}";

    private final Caller caller = new Caller(gateway.port());

    ProviderScenariosTest() {
        super("gateway.timeouts.token = 1500ms");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        "claims with another error",
                        Answer.error(400, "invalid_grant")
                                .suberror("basic_action")
                                .claims(CLAIMS),
                        401,
                        "claims_challenge",
                        1),
                refusal("no consent", Answer.error(400, "invalid_grant").code(65001), 403, "consent_required", 1),
                refusal("not assigned", Answer.error(400, "invalid_grant").code(50105), 403, "access_denied", 1),
                refusal(
                        "not assigned to a role",
                        Answer.error(400, "invalid_grant").code(501051),
                        403,
                        "access_denied",
                        1),
                refusal("blocked", Answer.error(400, "interaction_required").code(53003), 403, "access_denied", 1),
                refusal("assertion outdated", Answer.error(400, "invalid_grant").code(500133), 401, "token_invalid", 1),
                refusal("revoked", Answer.error(400, "invalid_grant").code(50173), 401, "token_invalid", 1),
                refusal(
                        "secret expired",
                        Answer.error(401, "invalid_client").code(7000222),
                        502,
                        "provider_rejected_gateway",
                        1),
                refusal(
                        "unknown resource",
                        Answer.error(400, "invalid_resource").code(500011),
                        502,
                        "provider_rejected_gateway",
                        1),
                refusal(
                        "wrong grant",
                        Answer.error(400, "unsupported_grant_type").code(70003),
                        502,
                        "provider_rejected_gateway",
                        1),
                refusal(
                        "in trouble",
                        Answer.error(503, "temporarily_unavailable").code(90033),
                        503,
                        "provider_unavailable",
                        2),
                refusal("throttled without a time", Answer.throttled(), 503, "provider_unavailable", 1),
                refusal("throttled for nonsense", Answer.throttled("soon"), 503, "provider_unavailable", 1),
                refusal("html", Answer.html(200), 502, "provider_invalid", 1),
                refusal("html of a proxy", Answer.html(502), 503, "provider_unavailable", 2),
                refusal("nonsense", Answer.text(200, "application/json", "{{"), 502, "provider_invalid", 1),
                refusal("ten megabytes", Answer.oversized(10_000_000), 502, "provider_invalid", 1),
                refusal("redirect", Answer.redirect(302, "/elsewhere"), 502, "provider_invalid", 1),
                refusal("hangs", Answer.hanging(), 503, "provider_unavailable", 1),
                refusal("drips", Answer.success().dripped(Duration.ofMillis(50)), 503, "provider_unavailable", 1),
                refusal("reset in the middle", Answer.success().resetMidBody(), 503, "provider_unavailable", 2),
                refusal("closes", Answer.closed(), 503, "provider_unavailable", 2),
                refusal("empty token", Answer.success().accessToken(""), 502, "provider_invalid", 1),
                refusal("no token", Answer.success().without("access_token"), 502, "provider_invalid", 1),
                refusal(
                        "a token that breaks a header",
                        Answer.success().accessToken("a\r\nX-Evil: 1"),
                        502,
                        "provider_invalid",
                        1),
                refusal("another kind of token", Answer.success().tokenType("DPoP"), 502, "provider_invalid", 1));
    }

    private static Arguments refusal(String name, Answer answer, int status, String code, int calls) {
        return Arguments.of(name, answer, status, code, calls);
    }

    @ParameterizedTest(name = "{0}: {2} {3}")
    @MethodSource("refusals")
    void whoIsAtFaultDecidesTheResponse(String name, Answer answer, int status, String code, int calls) {
        entra.whenAny().answer(answer);

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().issue());

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body())
                .contains("\"code\":\"" + code + "\"", "\"route\":\"people\"", "\"traceId\":\"")
                .doesNotContain(entra.clientSecret(), "127.0.0.1");
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
        assertThat(entra.tokenRequests()).hasSize(calls);
        assertThat(api.credentials()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {65001, 50105, 501051})
    void aRefusalForGoodSaysWhoLacksWhat(int code) {
        entra.whenAny().answer(Answer.error(400, "invalid_grant").code(code));

        HttpResponse<String> response = caller.get(
                "/people/", entra.employeeToken().client("the-portal").issue());

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body())
                .contains("\"remedy\":\"", "\"errorCodes\":[" + code + "]")
                .contains("api://people/.default", entra.clientId());
    }

    @Test
    void aFaultOfAMomentIsTriedOnceMore() {
        entra.whenAny().answer(Answer.error(500, "server_error")).thenSucceed();

        assertThat(caller.get("/people/", entra.employeeToken().issue()).statusCode())
                .isEqualTo(200);
        assertThat(entra.tokenRequests()).hasSize(2);
        assertThat(api.credentials()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "99999, 3600", "0, 1"})
    void retryAfterIsPassedOnWithinReason(String sent, String expected) {
        entra.whenAny().answer(Answer.throttled(sent));

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().issue());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers()
                        .firstValue("retry-after")
                        .map(Integer::parseInt)
                        .orElseThrow())
                .isBetween(Integer.parseInt(expected) - 1, Integer.parseInt(expected));
    }

    @Test
    void retryAfterMayBeADate() {
        entra.whenAny()
                .answer(Answer.throttled(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60))));

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().issue());

        assertThat(response.headers()
                        .firstValue("retry-after")
                        .map(Integer::parseInt)
                        .orElseThrow())
                .isBetween(50, 61);
    }

    @Test
    void cachedTokensServeOnWhileTheProviderIsThrottledOrDead() {
        String warm = entra.employeeToken().employee("Warm").issue();
        caller.get("/people/", warm);
        entra.whenAny().answer(Answer.throttled("60"));

        assertThat(caller.get("/people/", entra.employeeToken().employee("Cold").issue())
                        .statusCode())
                .isEqualTo(503);
        assertThat(caller.get("/people/", warm).statusCode()).isEqualTo(200);
        assertThat(caller.get(
                                "/people/",
                                entra.employeeToken().employee("Third").issue())
                        .statusCode())
                .isEqualTo(503);
        assertThat(entra.tokenRequests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"3599\"', 1",
        "3599, 1",
        "1099511627776, 2",
        "0, 2",
        "-5, 2",
        "'\"soon\"', 2",
        "1e400, 2",
    })
    void aTokenIsKeptForAsLongAsItsLifeMakesSense(String expiresIn, int exchanges) {
        entra.whenAny().answer(Answer.success().expiresIn(expiresIn));
        String inbound = entra.employeeToken().issue();

        int first = caller.get("/people/", inbound).statusCode();
        caller.get("/people/", inbound);

        assertThat(first).isIn(200, 502);
        assertThat(entra.exchangeCount()).isEqualTo(exchanges);
    }

    @Test
    void withoutALifeTheTokenServesOnce() {
        entra.whenAny().answer(Answer.success().without("expires_in"));
        String inbound = entra.employeeToken().issue();

        assertThat(caller.get("/people/", inbound).statusCode()).isEqualTo(200);
        assertThat(caller.get("/people/", inbound).statusCode()).isEqualTo(200);
        assertThat(entra.exchangeCount()).isEqualTo(2);
    }

    @Test
    void fiveHundredAtOnceMakeOneExchange() throws Exception {
        CountDownLatch everybodyWaits = new CountDownLatch(1);
        entra.whenAny().answer(Answer.success().heldUntil(everybodyWaits));
        String inbound = entra.employeeToken().issue();
        ExecutorService clients = Executors.newFixedThreadPool(100);
        List<Future<String>> answers = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                answers.add(clients.submit(() -> fiveOn(inbound)));
            }
            entra.awaitTokenRequests(1, Duration.ofSeconds(10));
            everybodyWaits.countDown();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("200 200 200 200 200");
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(entra.exchangeCount()).isEqualTo(1);
        assertThat(api.credentials()).hasSize(500);
    }

    private String fiveOn(String inbound) {
        String request = "GET /people/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + inbound + "\r\n\r\n";
        try (RawConnection connection = RawConnection.to(gateway.port())) {
            connection.send(request.repeat(5)); // pipelined
            List<String> statuses = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                statuses.add(connection.message().substring(9, 12));
            }
            return String.join(" ", statuses);
        }
    }

    @Test
    void twoTokensOfOneEmployeeAreTwoExchanges() {
        TokenBuilder employee = entra.employeeToken().employee("Ada");
        String plain = employee.claim("uti", "1").issue();
        String steppedUp =
                employee.claim("uti", "2").claim("acrs", List.of("c1")).issue();

        caller.get("/people/", plain);
        caller.get("/people/", steppedUp);

        assertThat(entra.exchangeCount()).isEqualTo(2);
        assertThat(api.credentials()).doesNotHaveDuplicates();
    }

    @Test
    void anApplicationWithoutTheClaimThatSaysSoIsRecognised() {
        String withoutType = entra.applicationToken().without("idtyp").issue();

        HttpResponse<String> response = caller.get("/people/", withoutType);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("\"code\":\"token_not_delegated\"");
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void nobodyNamesOurTokenAway() {
        try (RawConnection connection = RawConnection.to(gateway.port())) {
            connection.send(
                    "GET /people/ HTTP/1.1\r\nHost: a\r\nConnection: Authorization, X-Real-User\r\nX-Real-User: eve\r\n"
                            + "Authorization: Bearer " + entra.employeeToken().issue() + "\r\n\r\n");

            assertThat(connection.message()).startsWith("HTTP/1.1 200 OK").contains("\"aud\":\"api://people\"");
        }
    }
}
