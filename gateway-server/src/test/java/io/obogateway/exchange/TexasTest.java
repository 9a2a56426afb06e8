package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.TokenRequest;
import io.obogateway.server.GatewayServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texas' documented requests and answers, through the gateway: what Texas is asked to the letter, and what its errors,
 * of which only code and description are left, come to.
 */
class TexasTest {
    private static final String CLAIMS = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c25\"}}}";

    private static final String UNAVAILABLE = """
            provider_unavailable","title":"The identity provider is unavailable","status":503,\
            "detail":"The provider texas %s","code":"provider_unavailable","route":"people"}""";

    private volatile Instant providersTime = Instant.now();
    private FakeEntra entra;
    private DownstreamApi api;
    private GatewayServer gateway;
    private Caller caller;

    @BeforeEach
    void start() {
        entra = FakeEntra.start(() -> providersTime);
        api = new DownstreamApi();
        gateway = Gateways.start("""
                gateway {
                  issuers.entra { discovery-url = "%s", audiences = ["%s"] }
                  providers {
                    texas { type = texas, token-url = "%s", exchange-url = "%s" }
                    tokenx { type = texas, token-url = "%s", exchange-url = "%s", identity-provider = tokenx }
                  }
                  default-provider = texas
                  route-defaults { upstream = "%s" }
                  routes {
                    people { path = "/people/**", scope = "api://cluster.namespace.application/.default" }
                    short { path = "/short/**", scope = "cluster:namespace:application" }
                    machine { path = "/machine/**", scope = "api://cluster.namespace.application/.default", grant = client-credentials }
                    tokenx { path = "/tokenx/**", provider = tokenx, scope = "cluster:namespace:application" }
                  }
                }
                """.formatted(
                        entra.discoveryUrl(),
                        entra.clientId(),
                        entra.texas().tokenUrl(),
                        entra.texas().exchangeUrl(),
                        entra.texas().tokenUrl(),
                        entra.texas().exchangeUrl(),
                        api.url()));
        caller = new Caller(gateway.port());
    }

    @AfterEach
    void stop() {
        gateway.close();
        api.close();
        entra.close();
    }

    private TokenRequest asked() {
        assertThat(entra.texas().requests()).hasSize(1);
        return entra.texas().requests().get(0);
    }

    @Test
    void anEmployeesTokenIsExchangedAsDocumented() {
        String inbound = entra.employeeToken().employee("Ada").issue();

        assertThat(caller.get("/people/", inbound).body())
                .contains("\"name\":\"Ada\"", "\"aud\":\"api://cluster.namespace.application\"");
        assertThat(asked().path()).isEqualTo("/api/v1/token/exchange");
        assertThat(asked().header("content-type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(asked().header("authorization")).isNull();
        assertThat(asked().body())
                .isEqualTo("identity_provider=azuread"
                        + "&target=api%3A%2F%2Fcluster.namespace.application%2F.default&user_token=" + inbound);
        assertThat(api.credentials()).doesNotContain("Bearer " + inbound);
    }

    @Test
    void theGatewaysOwnTokenIsAskedForAsDocumented() {
        assertThat(caller.get("/machine/", entra.applicationToken().issue()).body())
                .contains("\"azp\":\"" + entra.clientId() + "\"", "\"aud\":\"api://cluster.namespace.application\"");
        assertThat(asked().path()).isEqualTo("/api/v1/token");
        assertThat(asked().header("content-type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(asked().body())
                .isEqualTo("identity_provider=azuread&target=api%3A%2F%2Fcluster.namespace.application%2F.default");
    }

    @Test
    void theShortNameOfAnApplicationIsSpeltOut() {
        assertThat(caller.get("/short/", entra.employeeToken().issue()).statusCode())
                .isEqualTo(200);
        assertThat(asked().parameter("target")).isEqualTo("api://cluster.namespace.application/.default");
    }

    @Test
    void ofTokenXItIsAskedForTheApplicationByName() {
        entra.texas()
                .when(request -> request.parameter("identity_provider").equals("tokenx"))
                .answer(Answer.json(
                        200,
                        "{\"access_token\":\"eyJraWQi.eyJzdWIi.fqTw40aX\",\"expires_in\":3599,"
                                + "\"token_type\":\"Bearer\"}"));
        String inbound = entra.employeeToken().issue();

        assertThat(caller.get("/tokenx/", inbound).statusCode()).isEqualTo(200);
        assertThat(asked().body())
                .isEqualTo("identity_provider=tokenx&target=cluster%3Anamespace%3Aapplication&user_token=" + inbound);
        assertThat(api.credentials()).containsExactly("Bearer eyJraWQi.eyJzdWIi.fqTw40aX");
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                // the claims are lost: all that is left is that the user has to sign in again
                error(Answer.interactionRequired(CLAIMS), 1, null, """
                        token_invalid","title":"The access token was not accepted","status":401,"detail":"NO_TOKEN: \
                        interaction_required, AADSTS50076","code":"token_invalid","route":"people",\
                        "error":"interaction_required","errorCodes":[50076],\
                        "remedy":"Sign in again with a second factor, for TARGET."}"""),
                error(Answer.error(400, "invalid_grant").code(65001), 1, null, """
                        consent_required","title":"Consent is missing","status":403,"detail":"NO_TOKEN: \
                        invalid_grant, AADSTS65001","code":"consent_required","route":"people",\
                        "error":"invalid_grant","errorCodes":[65001],"remedy":"An administrator must consent to the \
                        gateway's application calling TARGET on behalf of users."}"""),
                error(Answer.error(400, "invalid_grant").code(500133), 1, null, """
                        token_invalid","title":"The access token was not accepted","status":401,"detail":"NO_TOKEN: \
                        invalid_grant, AADSTS500133","code":"token_invalid","route":"people",\
                        "error":"invalid_grant","errorCodes":[500133],\
                        "remedy":"The access token has expired; get a new one and try again."}"""),
                error(Answer.error(401, "invalid_client").code(7000222), 1, null, """
                        provider_rejected_gateway","title":"The identity provider does not accept this gateway's \
                        registration","status":502,"detail":"NO_TOKEN: invalid_client, AADSTS7000222",\
                        "code":"provider_rejected_gateway","route":"people","error":"invalid_client",\
                        "errorCodes":[7000222],\
                        "remedy":"The secret of the gateway's application has expired; configure a new one."}"""),
                // plain text, so all of it is lost, also for how long
                error(Answer.throttled("7"), 2, "5", UNAVAILABLE.formatted("answered HTTP 500")),
                error(Answer.html(502), 2, "5", UNAVAILABLE.formatted("answered HTTP 500")),
                error(Answer.success().without("expires_in"), 2, "5", UNAVAILABLE.formatted("answered HTTP 500")),
                error(
                        Answer.error(429, "temporarily_unavailable").header("Retry-After", "7"),
                        1,
                        "5",
                        UNAVAILABLE.formatted("asks to be left alone for a while")));
    }

    private static Arguments error(Answer answer, int requests, @Nullable String retryAfter, String body) {
        String whole = "{\"type\":\"urn:obo-gateway:problem:"
                + body.replace(
                                "NO_TOKEN",
                                "The provider texas gave the gateway's application no token for TARGET on"
                                        + " behalf of a user of the application portal")
                        .replace("TARGET", "api://cluster.namespace.application/.default");
        return Arguments.of(answer, requests, retryAfter, whole);
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("errors")
    void whatIsLeftOfAnErrorDecides(Answer answer, int requests, @Nullable String retryAfter, String body) {
        entra.whenAny().answer(answer);

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().client("portal").issue());

        assertThat(response.body().replaceFirst("\"traceId\":\"[0-9a-f]{32}\",", ""))
                .isEqualTo(body);
        assertThat(body).contains("\"status\":" + response.statusCode() + ",");
        assertThat(response.headers().firstValue("retry-after").orElse(null)).isEqualTo(retryAfter);
        assertThat(entra.texas().requests()).hasSize(requests);
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void itsOwnComplaintsAreAboutTheGatewaysConfiguration() {
        entra.texas()
                .whenAny()
                .answer(Answer.error(400, "invalid_request").description("identity provider 'azuread' is not enabled"));

        HttpResponse<String> response =
                caller.get("/people/", entra.employeeToken().issue());

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("\"code\":\"provider_rejected_gateway\"");
        assertThat(entra.texas().requests()).hasSize(1);
    }

    @Test
    void anErrorOfTheUserIsNotRepeatedToItForAWhile() {
        entra.whenAny().answer(Answer.interactionRequired(CLAIMS));
        String inbound = entra.employeeToken().issue();

        caller.get("/people/", inbound);
        caller.get("/people/", inbound);

        assertThat(entra.texas().requests()).hasSize(1);
    }

    @Test
    void aTokenFromItsCacheIsKeptForWhatIsLeftOfItsLife() {
        String inbound = entra.employeeToken().issue();
        caller.get("/people/", inbound);
        api.answerWith(401);
        caller.get("/people/", inbound); // which drops the token here, not there
        api.answerWith(200);
        providersTime = providersTime.plusMillis(3_598_500); // less than a second is left of it

        caller.get("/people/", inbound);
        caller.get("/people/", inbound);

        assertThat(entra.texas().requests()).hasSize(3);
        assertThat(entra.exchangeCount()).isEqualTo(1);
        assertThat(api.credentials()).hasSize(4).containsOnly(api.credentials().get(0));
    }
}
