package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.TokenRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What goes out for what comes in, grant by grant and failure by failure. */
class ExchangeTest extends GatewayBeforeApi {
    private final Caller caller = new Caller(gateway.port());

    @Test
    void theDownstreamApiSeesTheEmployeeInATokenOfItsOwn() {
        String inbound = entra.employeeToken().employee("Ada").issue();

        HttpResponse<String> response = caller.get("/people/7?q=1", inbound);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"aud\":\"api://people\"", "\"name\":\"Ada\"", "\"azp\":\"" + entra.clientId() + "\"");
        assertThat(api.credentials()).hasSize(1).doesNotContain("Bearer " + inbound);
    }

    @Test
    void theTokenRequestIsTheDocumentedOne() {
        String inbound = entra.employeeToken().issue();

        caller.get("/people/", inbound);

        TokenRequest request = entra.tokenRequests().get(0);
        assertThat(request.header("content-type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.body())
                .isEqualTo("assertion=" + inbound + "&client_id=" + entra.clientId() + "&client_secret="
                        + entra.clientSecret()
                        + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                        + "&requested_token_use=on_behalf_of&scope=api%3A%2F%2Fpeople%2F.default");
    }

    @Test
    void theTokenIsKeptAndSoIsTheConnection() {
        String inbound = entra.employeeToken().issue();

        for (int i = 0; i < 5; i++) {
            assertThat(caller.get("/people/" + i, inbound).statusCode()).isEqualTo(200);
        }

        assertThat(entra.exchangeCount()).isEqualTo(1);
        assertThat(api.credentials()).hasSize(5).containsOnly(api.credentials().get(0));
    }

    @Test
    void aPlainRefusalByTheServiceDropsTheKeptToken() {
        String inbound = entra.employeeToken().issue();
        caller.get("/people/", inbound);
        api.answerWith(401);
        assertThat(caller.get("/people/", inbound).statusCode()).isEqualTo(401);
        api.answerWith(200);

        caller.get("/people/", inbound);

        assertThat(entra.exchangeCount()).isEqualTo(2);
        assertThat(api.credentials().get(2)).isNotEqualTo(api.credentials().get(0));
    }

    @Test
    void anApplicationGetsTheGatewaysOwnTokenWhereTheRouteSaysSo() {
        HttpResponse<String> response =
                caller.get("/machine/x", entra.applicationToken().issue());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"aud\":\"api://machine\"");
        assertThat(entra.tokenRequests().get(0).body())
                .isEqualTo("client_id=" + entra.clientId() + "&client_secret=" + entra.clientSecret()
                        + "&grant_type=client_credentials&scope=api%3A%2F%2Fmachine%2F.default");
    }

    @Test
    void anEmployeeNeverGetsTheGatewaysOwnTokenAndAnApplicationNeverAnExchange() {
        HttpResponse<String> employee =
                caller.get("/machine/x", entra.employeeToken().issue());
        HttpResponse<String> application =
                caller.get("/people/x", entra.applicationToken().issue());

        assertThat(employee.statusCode()).isEqualTo(403);
        assertThat(employee.body()).contains("\"code\":\"token_not_application\"");
        assertThat(application.statusCode()).isEqualTo(403);
        assertThat(application.body()).contains("\"code\":\"token_not_delegated\"");
        assertThat(entra.tokenRequests()).isEmpty();
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void aRouteWithBothGrantsDoesWhatFitsTheCaller() {
        assertThat(caller.get("/both/x", entra.employeeToken().employee("Ada").issue())
                        .body())
                .contains("\"name\":\"Ada\"");
        caller.get("/both/x", entra.applicationToken().issue());

        assertThat(entra.tokenRequests()).extracting(TokenRequest::isExchange).containsExactly(true, false);
    }

    @Test
    void passThroughSendsTheInboundTokenAndAnonymousNone() {
        String inbound = entra.employeeToken().issue();

        caller.get("/pass/x", inbound);
        caller.get("/open/x", "not even a token");

        assertThat(api.credentials()).containsExactly("Bearer " + inbound, "none");
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void withoutATokenTheChallengeHasNoError() {
        HttpResponse<String> response = caller.get("/people/", null);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("www-authenticate")).containsExactly("Bearer");
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"code\":\"token_missing\"", "\"route\":\"people\"", "\"traceId\":\"");
    }

    @Test
    void anExpiredTokenIsRefusedWithTheNameOfTheCheck() {
        HttpResponse<String> response = caller.get(
                "/people/",
                entra.employeeToken().expiresIn(Duration.ofMinutes(-5)).issue());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate").orElseThrow())
                .startsWith("Bearer error=\"invalid_token\", error_description=\"")
                .contains("expired");
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void aClaimsChallengeOfTheProviderReachesTheClientByteForByte() {
        String claims = "{\"access_token\":{\"polids\":{\"essential\":true,\"values\":[\"9ab03e19\"]}}}";
        entra.whenScope("api://people/.default")
                .answer(Answer.interactionRequired(claims).code(50079));
        String inbound = entra.employeeToken().issue();

        HttpResponse<String> response = caller.get("/people/", inbound);
        caller.get("/people/", inbound);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("www-authenticate"))
                .containsExactly("Bearer realm=\"" + entra.tenantId() + "\", authorization_uri=\""
                        + entra.authorizationUrl() + "\", error=\"insufficient_claims\", claims=\""
                        + Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "\"");
        assertThat(response.body()).contains("\"code\":\"claims_challenge\"", "\"errorCodes\":[50079]");
        assertThat(entra.exchangeCount()).isEqualTo(1);
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void aThrottlingProviderIsLeftAloneAndTheClientToldForHowLong() {
        entra.whenAny().answer(Answer.throttled("7"));

        HttpResponse<String> first =
                caller.get("/people/", entra.employeeToken().employee("Ada").issue());
        HttpResponse<String> other =
                caller.get("/people/", entra.employeeToken().employee("Bob").issue());

        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("retry-after")).contains("7");
        assertThat(first.body()).contains("\"code\":\"provider_unavailable\"");
        assertThat(other.statusCode()).isEqualTo(503);
        assertThat(entra.tokenRequests()).hasSize(1);
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void aProviderThatHangsCostsItsDeadlineAndNoMore() {
        gateway.close();
        gateway = Gateways.start(Gateways.conf(entra, api.url()) + "gateway.timeouts.token = 300ms", log);
        entra.whenAny().answer(Answer.hanging());

        HttpResponse<String> response =
                new Caller(gateway.port()).get("/people/", entra.employeeToken().issue());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"code\":\"provider_unavailable\"");
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void consentThatIsMissingIs403WithWhatToDo() {
        entra.whenAny().answer(Answer.error(400, "invalid_grant").code(65001));

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().issue());

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body())
                .contains("\"code\":\"consent_required\"", "\"remedy\":\"", "\"errorCodes\":[65001]");
    }

    @Test
    void theAccessLogTellsTheStoryWithoutTokensOrUsers() {
        String inbound = entra.employeeToken().employee("Ada").issue();
        caller.get("/people/7?secret=1", inbound);
        caller.get("/people/7", inbound);
        caller.get("/nowhere", inbound);
        gateway.close();

        String lines = log.toString(StandardCharsets.UTF_8);

        assertThat(lines.lines()).hasSize(3);
        assertThat(lines)
                .contains("\"route\":\"people\",\"method\":\"GET\",\"path\":\"/people/7\",\"status\":200")
                .contains("\"grant\":\"on-behalf-of\",\"cache\":\"miss\"", "\"cache\":\"hit\"")
                .contains("\"path\":\"/nowhere\",\"status\":404,\"code\":\"no_route\"")
                .doesNotContain("secret", "Ada", inbound.substring(0, 20), "Bearer");
    }
}
