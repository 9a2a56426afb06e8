package io.obogateway.access;

import static io.obogateway.access.Gateway.route;
import static io.obogateway.oauth.Grant.ANONYMOUS;
import static io.obogateway.oauth.Grant.CLIENT_CREDENTIALS;
import static io.obogateway.oauth.Grant.ON_BEHALF_OF;
import static io.obogateway.oauth.Grant.PASS_THROUGH;
import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.FakeEntraExtension;
import io.obogateway.http.RequestHead;
import io.obogateway.http.TestHead;
import io.obogateway.oauth.Acquired.Outcome;
import io.obogateway.route.TestRoute;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(FakeEntraExtension.class)
class AuthorizerTest {
    private final FakeEntra entra;
    private Gateway gateway;

    AuthorizerTest(FakeEntra entra) {
        this.entra = entra;
        this.gateway = new Gateway(entra);
    }

    @BeforeEach
    void routes() {
        gateway.close();
        gateway = new Gateway(
                entra,
                route(entra, "people", "/people/**", ON_BEHALF_OF).methods("GET", "PUT"),
                route(entra, "jobs", "/jobs/**", CLIENT_CREDENTIALS),
                route(entra, "both", "/both/**", ON_BEHALF_OF, CLIENT_CREDENTIALS),
                route(entra, "pass", "/pass/**", PASS_THROUGH),
                route(entra, "other", "/other/**", ON_BEHALF_OF).issuers(Gateway.issuer("other", entra)),
                TestRoute.route("open", "/open/**").grants(ANONYMOUS),
                TestRoute.route("based", "/based/**")
                        .grants(ANONYMOUS)
                        .stripPrefix()
                        .upstream("http://u.test/api/"),
                TestRoute.route("broken", "/broken/**").grants(ON_BEHALF_OF).issuers(Gateway.issuer("entra", entra)));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void employeesTokenIsExchanged() {
        String token = entra.employeeToken().client("the-app").issue();

        Decision.Forward forward =
                gateway.forwarded(TestHead.get("/people/7?x=1").bearer(token));

        assertThat(forward.route().name()).isEqualTo("people");
        assertThat(forward.grant()).isEqualTo(ON_BEHALF_OF);
        assertThat(forward.target()).isEqualTo("/people/7?x=1");
        assertThat(forward.authorization()).startsWith("Bearer ").doesNotContain(token);
        assertThat(forward.outcome()).isEqualTo(Outcome.MISS);
        assertThat(forward.client()).isEqualTo("the-app");
        assertThat(entra.tokenRequests()).singleElement().satisfies(request -> {
            assertThat(request.parameter("assertion")).isEqualTo(token);
            assertThat(request.scope()).isEqualTo(Gateway.SCOPE);
        });
    }

    @Test
    void warmRequestIsDecidedAtOnce() {
        RequestHead head =
                TestHead.get("/people/7").bearer(entra.employeeToken().issue());
        Decision.Forward first = gateway.forwarded(head);

        CompletableFuture<Decision> warm = gateway.authorizer.authorize(head);

        assertThat(warm)
                .isCompletedWithValueMatching(decision -> decision instanceof Decision.Forward forward
                        && forward.outcome() == Outcome.HIT
                        && Objects.equals(first.authorization(), forward.authorization()));
        assertThat(entra.exchangeCount()).isEqualTo(1);
    }

    @Test
    void eachEmployeeGetsATokenOfTheirOwn() {
        RequestHead one = TestHead.get("/people/7").bearer(entra.employeeToken().issue());
        RequestHead other =
                TestHead.get("/people/7").bearer(entra.employeeToken().issue());

        assertThat(gateway.forwarded(one).authorization())
                .isNotEqualTo(gateway.forwarded(other).authorization());
        assertThat(gateway.forwarded(one).outcome()).isEqualTo(Outcome.HIT);
    }

    @Test
    void applicationsTokenIsNotExchanged() {
        Decision.Reject reject = gateway.rejected(
                TestHead.get("/people/7").bearer(entra.applicationToken().issue()));

        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.TOKEN_NOT_DELEGATED);
        assertThat(reject.refusal().remedy()).isNotNull();
        assertThat(reject.route()).isNotNull();
        assertThat(reject.client()).isNotNull();
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void employeesTokenGetsNoApplicationPermission() {
        Refusal refusal = gateway.refusal(
                TestHead.get("/jobs/7").bearer(entra.employeeToken().issue()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.TOKEN_NOT_APPLICATION);
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void applicationsTokenGetsTheGatewaysOwn() {
        Decision.Forward forward = gateway.forwarded(
                TestHead.get("/jobs/7").bearer(entra.applicationToken().issue()));

        assertThat(forward.grant()).isEqualTo(CLIENT_CREDENTIALS);
        assertThat(entra.tokenRequests()).singleElement().satisfies(request -> {
            assertThat(request.parameter("grant_type")).isEqualTo("client_credentials");
            assertThat(request.parameter("assertion")).isEmpty();
        });
    }

    @Test
    void routeOfBothGrantsTakesWhatFits() {
        String employee = entra.employeeToken().issue();
        String application = entra.applicationToken().issue();

        assertThat(gateway.forwarded(TestHead.get("/both").bearer(employee)).grant())
                .isEqualTo(ON_BEHALF_OF);
        assertThat(gateway.forwarded(TestHead.get("/both").bearer(application)).grant())
                .isEqualTo(CLIENT_CREDENTIALS);
        assertThat(entra.exchangeCount()).isEqualTo(1);
        assertThat(entra.tokenRequests()).hasSize(2);
    }

    @Test
    void passedThroughTokenIsValidatedAndUnchanged() {
        for (String token :
                List.of(entra.employeeToken().issue(), entra.applicationToken().issue())) {
            Decision.Forward forward =
                    gateway.forwarded(TestHead.get("/pass").with("Authorization", "bearer " + token));

            assertThat(forward.authorization()).isEqualTo("Bearer " + token);
            assertThat(forward.outcome()).isNull();
        }
        String expired = entra.employeeToken().expiresIn(Duration.ofHours(-1)).issue();
        assertThat(gateway.refusal(TestHead.get("/pass").bearer(expired)).code())
                .isEqualTo(ErrorCode.TOKEN_INVALID);
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void anonymousRouteLooksAtNoTokenAndSendsNone() {
        RequestHead twoTokens = TestHead.get("/open/x").bearer("nonsense").bearer("more");

        for (RequestHead head : List.of(TestHead.get("/open/x"), twoTokens)) {
            Decision.Forward forward = gateway.forwarded(head);

            assertThat(forward.authorization()).isNull();
            assertThat(forward.outcome()).isNull();
            assertThat(forward.client()).isNull();
        }
    }

    @Test
    void targetIsMadeForTheUpstream() {
        assertThat(gateway.forwarded(TestHead.get("/based/p%65ople?q")).target())
                .isEqualTo("/api/p%65ople?q");
        assertThat(gateway.refusal(TestHead.get("/based//evil.example")).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /people/../x, bad_request",
        "GET, /people%2F7, bad_request",
        "GET, /x//open, no_route",
        "GET, //open, bad_request",
        "GET, /nothing, no_route",
        "OPTIONS, *, no_route",
        "POST, /people/7, method_not_allowed",
        "CONNECT, example.com:443, method_not_allowed",
        "TRACE, /open, method_not_allowed",
        "trace, /open, method_not_allowed",
    })
    void whatNoRouteTakesIsRefusedWithoutLookingAtTheToken(String method, String target, String code) {
        Decision.Reject reject =
                gateway.rejected(TestHead.of(method, target).bearer("x").bearer("y"));

        assertThat(reject.refusal().code().code()).isEqualTo(code);
        assertThat(reject.refusal().allow().isEmpty()).isNotEqualTo(code.equals("method_not_allowed"));
        assertThat(reject.route()).isNull();
    }

    @Test
    void unfittingMethodSaysWhatFits() {
        assertThat(gateway.refusal(TestHead.of("POST", "/people/7")).allow()).containsExactly("GET", "PUT");
    }

    @Test
    void requestWithoutTokenIsRefusedUnderItsRoute() {
        Decision.Reject reject = gateway.rejected(TestHead.get("/people/7"));

        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.TOKEN_MISSING);
        assertThat(reject.route())
                .isNotNull()
                .satisfies(route -> assertThat(route.name()).isEqualTo("people"));
    }

    @Test
    void twoTokensAreRefused() {
        String token = entra.employeeToken().issue();

        assertThat(gateway.refusal(TestHead.get("/people/7").bearer(token).bearer(token))
                        .code())
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void tokenOfAnIssuerThatTheRouteDoesNotTakeIsRefused() {
        RequestHead head = TestHead.get("/other").bearer(entra.employeeToken().issue());

        assertThat(gateway.refusal(head).code()).isEqualTo(ErrorCode.TOKEN_INVALID);
    }

    @Test
    void invalidTokenSpeaksForNobody() {
        String token = entra.employeeToken().issueTampered("azp", "someone-else");

        Decision.Reject reject = gateway.rejected(TestHead.get("/people/7").bearer(token));

        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.TOKEN_INVALID);
        assertThat(reject.client()).isNull();
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void tokenOfAnUnknownKeyWaitsForTheKeys() {
        entra.keys().rotate();
        RequestHead head =
                TestHead.get("/people/7").bearer(entra.employeeToken().issue());

        assertThat(gateway.forwarded(head).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void providersRefusalIsTheRequestsEnd() {
        entra.whenAny().answer(Answer.interactionRequired("{\"access_token\":{\"acrs\":{\"essential\":true}}}"));
        RequestHead head = TestHead.get("/people/7")
                .bearer(entra.employeeToken().client("the-app").issue());

        Decision.Reject reject = gateway.rejected(head);

        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.CLAIMS_CHALLENGE);
        assertThat(reject.refusal().challenge()).isNotNull();
        assertThat(reject.route())
                .isNotNull()
                .satisfies(route -> assertThat(route.name()).isEqualTo("people"));
        assertThat(reject.client()).isEqualTo("the-app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"method", "target", "host", "fields"})
    void unexpectedFailureRefusesAndTellsNothing(String failing) {
        assertInternal(gateway.rejected(new FailingHead(failing, "secret eyJhbGciOi.x.y")));
    }

    @Test
    void unexpectedFailureAfterTheTokenRefusesToo() {
        String token = entra.employeeToken().issue();

        assertInternal(gateway.rejected(TestHead.get("/broken").bearer(token)));

        entra.keys().rotate();
        String later = entra.employeeToken().issue();
        assertInternal(gateway.rejected(TestHead.get("/broken").bearer(later)));
        assertThat(entra.tokenRequests()).isEmpty();
    }

    private static void assertInternal(Decision.Reject reject) {
        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(reject.refusal().detail()).doesNotContain("secret", "eyJ", "Exception");
    }

    /** A request head that fails in one place. */
    private record FailingHead(String failing, String message) implements RequestHead {
        private String answer(String asked, String value) {
            if (asked.equals(failing)) {
                throw new IllegalStateException(message);
            }
            return value;
        }

        @Override
        public String method() {
            return answer("method", "GET");
        }

        @Override
        public String target() {
            return answer("target", "/people/7");
        }

        @Override
        public String host() {
            return answer("host", "h");
        }

        @Override
        public String clientAddress() {
            return answer("clientAddress", "192.0.2.1");
        }

        @Override
        public @Nullable String field(String name) {
            return answer("fields", "");
        }

        @Override
        public List<String> fields(String name) {
            return List.of(answer("fields", ""));
        }
    }
}
