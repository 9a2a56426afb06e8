package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired.Outcome;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that fails, over real connections. */
class ProviderFailureTest {
    private static final ProviderLimits HASTY = new ProviderLimits(Duration.ofMillis(600), 1);

    private final TokenEndpoint endpoint = new TokenEndpoint();
    private final Fixtures.Time time = new Fixtures.Time();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final TokenExchanger exchanger =
            new TokenExchanger(CacheLimits.DEFAULT, new TokenEndpointBackchannel(), time, scheduler, token -> null);
    private final ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(endpoint.url()));

    @AfterEach
    void stop() {
        exchanger.close();
        endpoint.close();
        scheduler.shutdownNow();
    }

    private CompletableFuture<Acquired> acquire(String token, ExchangeTarget from) {
        return exchanger.acquire(Fixtures.employee(token), from);
    }

    private static Acquired get(CompletableFuture<Acquired> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletableFuture<Acquired> future) {
        try {
            throw new AssertionError("acquired " + future.get(20, TimeUnit.SECONDS));
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(GatewayException.class);
            return refused.getCause() instanceof GatewayException e ? e.refusal() : Refusal.of(ErrorCode.INTERNAL, "");
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void passes(Duration duration) {
        time.pass(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "Sun, 01 Mar 2026 12:00:07 GMT"})
    void throttledProviderIsLeftAloneByEveryoneUntilItsTime(String retryAfter) throws Exception {
        get(acquire("cached", target));
        endpoint.next(new TokenEndpoint.Reply(429, Map.of("retry-after", retryAfter), "Too many requests"));

        Refusal refusal = refusal(acquire("first", target));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(refusal.retryAfter()).hasSeconds(7);
        passes(Duration.ofSeconds(6));
        assertThat(refusal(acquire("second", target)).retryAfter()).hasSeconds(1);
        assertThat(get(acquire("cached", target)).outcome()).isEqualTo(Outcome.HIT);
        assertThat(endpoint.count()).isEqualTo(2);

        passes(Duration.ofSeconds(1));
        assertThat(get(acquire("second", target)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void absurdRetryAfterIsAnHourAndAMissingOneFiveSeconds() {
        endpoint.next(new TokenEndpoint.Reply(429, Map.of("retry-after", "99999"), ""));
        assertThat(refusal(acquire("one", target)).retryAfter()).hasSeconds(3600);

        passes(Duration.ofHours(1));
        endpoint.next(new TokenEndpoint.Reply(429, Map.of(), "<html>"));
        assertThat(refusal(acquire("one", target)).retryAfter()).hasSeconds(5);
        assertThat(endpoint.count()).isEqualTo(2);
    }

    @Test
    void throttlingOutlivesARotationOfTheCredentials() {
        endpoint.next(new TokenEndpoint.Reply(429, Map.of("retry-after", "60"), ""));
        refusal(acquire("one", target));
        EntraProvider rotated = new EntraProvider(
                "entra",
                endpoint.url(),
                "gateway-id",
                List.of(new ClientSecretPost(new Secret("new"))),
                target.provider().limits());

        assertThat(refusal(acquire("two", Fixtures.onBehalfOf(rotated))).retryAfter())
                .hasSeconds(60);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void serverErrorIsTriedOnceMore() throws Exception {
        endpoint.next(TokenEndpoint.json(500, "{}"));

        assertThat(get(acquire("one", target)).outcome()).isEqualTo(Outcome.MISS);
        assertThat(endpoint.count()).isEqualTo(2);
    }

    @Test
    void secondServerErrorIsFinalAndNotRemembered() throws Exception {
        endpoint.next(new TokenEndpoint.Reply(502, Map.of("content-type", "text/html"), "<html>webproxy</html>"))
                .next(TokenEndpoint.json(503, ""));

        assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(endpoint.count()).isEqualTo(2);
        assertThat(exchanger.warnings()).containsExactly("provider entra gives no tokens: it answers with status 503");
        assertThat(get(acquire("one", target)).outcome()).isEqualTo(Outcome.MISS);
        assertThat(exchanger.warnings()).isEmpty();
    }

    @Test
    void serverErrorThatNamesATimeIsNotTriedAgain() {
        endpoint.next(new TokenEndpoint.Reply(503, Map.of("retry-after", "20"), ""));

        assertThat(refusal(acquire("one", target)).retryAfter()).hasSeconds(20);
        assertThat(refusal(acquire("two", target)).retryAfter()).hasSeconds(20);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"400, invalid_grant", "401, invalid_client", "500, server_error", "503, temporarily_unavailable"})
    void errorWithClaimsIsAChallengeWhateverItsStatusAndRemembered(int status, String error) {
        endpoint.next(TokenEndpoint.json(status, "{\"error\":\"" + error + "\",\"claims\":\"{\\\"a\\\":1}\"}"));

        for (int i = 0; i < 2; i++) {
            assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.CLAIMS_CHALLENGE);
        }
        assertThat(endpoint.count()).isEqualTo(1);
        assertThat(exchanger.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void throttlingErrorWithClaimsIsAChallengeForOneAndAPauseForAll(int status) {
        endpoint.next(new TokenEndpoint.Reply(
                status, Map.of("retry-after", "7"), "{\"error\":\"invalid_grant\",\"claims\":\"{\\\"a\\\":1}\"}"));

        assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.CLAIMS_CHALLENGE);
        Refusal other = refusal(acquire("two", target));
        assertThat(other.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(other.retryAfter()).hasSeconds(7);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void clientErrorIsNeverTriedAgain() {
        endpoint.always(TokenEndpoint.error(400, "invalid_grant", 500133));

        assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.TOKEN_INVALID);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void redirectIsNotFollowed() {
        endpoint.always(new TokenEndpoint.Reply(302, Map.of("location", endpoint.url() + "2"), ""));

        assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.PROVIDER_INVALID);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void tokenThatWouldBreakAHeaderIsNoToken() {
        endpoint.always(TokenEndpoint.json(200, "{\"access_token\":\"a\\r\\nset-cookie: b\",\"expires_in\":60}"));

        Refusal refusal = refusal(acquire("one", target));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_INVALID);
        assertThat(refusal.detail()).doesNotContain("set-cookie");
    }

    @Test
    void hangingProviderCostsNoMoreThanTheDeadline() throws Exception {
        try (RawEndpoint raw = RawEndpoint.hanging()) {
            assertThat(refusal(acquire("one", Fixtures.onBehalfOf(Fixtures.entra(raw.url(), HASTY))))
                            .code())
                    .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(raw.connections()).isEqualTo(1);
        }
    }

    @Test
    void drippingProviderCostsNoMoreThanTheDeadline() throws Exception {
        try (RawEndpoint raw = RawEndpoint.dripping()) {
            assertThat(refusal(acquire("one", Fixtures.onBehalfOf(Fixtures.entra(raw.url(), HASTY))))
                            .code())
                    .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        }
    }

    @Test
    void brokenConnectionIsTriedOnceMore() throws Exception {
        try (RawEndpoint raw = RawEndpoint.resetting()) {
            assertThat(refusal(acquire("one", Fixtures.onBehalfOf(Fixtures.entra(raw.url()))))
                            .code())
                    .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(raw.connections()).isEqualTo(2);
        }
    }

    @Test
    void floodingProviderIsCutOff() throws Exception {
        try (RawEndpoint raw = RawEndpoint.flooding()) {
            assertThat(refusal(acquire("one", Fixtures.onBehalfOf(Fixtures.entra(raw.url()))))
                            .code())
                    .isEqualTo(ErrorCode.PROVIDER_INVALID);
        }
    }

    @Test
    void unreachableProviderIsUnavailable() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/token");
        }

        assertThat(refusal(acquire("one", Fixtures.onBehalfOf(Fixtures.entra(nobody))))
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
    }

    @Test
    void failuresInARowStopAllCallsAndOneCallDecides() throws Exception {
        ExchangeTarget fragile = Fixtures.onBehalfOf(Fixtures.entra(
                endpoint.url(), new ProviderLimits(Duration.ofSeconds(5), 0, 3, Duration.ofSeconds(10))));
        endpoint.always(TokenEndpoint.json(500, ""));
        for (int i = 0; i < 3; i++) {
            refusal(acquire("one", fragile));
        }

        assertThat(refusal(acquire("two", fragile)).retryAfter()).hasSeconds(10);
        assertThat(endpoint.count()).isEqualTo(3);

        passes(Duration.ofSeconds(10));
        assertThat(refusal(acquire("two", fragile)).code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(refusal(acquire("two", fragile)).code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(endpoint.count()).isEqualTo(4);

        passes(Duration.ofSeconds(10));
        endpoint.always(TokenEndpoint.token("x", 3600));
        assertThat(get(acquire("two", fragile)).outcome()).isEqualTo(Outcome.MISS);
        assertThat(get(acquire("three", fragile)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void nextCredentialIsTriedOnceAndKeptWhileItWorks() throws Exception {
        ExchangeTarget rotating = Fixtures.onBehalfOf(twoCredentials());
        endpoint.next(TokenEndpoint.error(401, "invalid_client", 7000222));

        assertThat(get(acquire("one", rotating)).outcome()).isEqualTo(Outcome.MISS);
        assertThat(endpoint.asked().get(0).body()).contains("client_secret=old&");
        assertThat(endpoint.asked().get(1).body()).contains("client_secret=new&");
        assertThat(exchanger.warnings()).singleElement().asString().contains("entra", "next one is in use");

        get(acquire("two", rotating));
        assertThat(endpoint.count()).isEqualTo(3);
        assertThat(endpoint.last().body()).contains("client_secret=new&");
    }

    @Test
    void refusedGatewayIsAWarningUntilItIsAcceptedAgain() throws Exception {
        ExchangeTarget rotating = Fixtures.onBehalfOf(twoCredentials());
        endpoint.next(TokenEndpoint.error(401, "invalid_client", 7000222))
                .next(TokenEndpoint.error(401, "invalid_client", 7000215));

        Refusal refusal = refusal(acquire("one", rotating));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PROVIDER_REJECTED_GATEWAY);
        assertThat(refusal(acquire("two", rotating))).isEqualTo(refusal);
        assertThat(endpoint.count()).isEqualTo(2);
        assertThat(exchanger.warnings()).singleElement().asString().contains("client credentials", "gateway-id");

        passes(CacheLimits.DEFAULT.failureTtl().plusMillis(1));
        get(acquire("one", rotating));
        assertThat(exchanger.warnings()).isEmpty();
    }

    @Test
    void refusedScopeIsAWarningThatNamesIt() {
        endpoint.next(TokenEndpoint.error(400, "invalid_scope", 70011));

        assertThat(refusal(acquire("one", target)).code()).isEqualTo(ErrorCode.PROVIDER_REJECTED_GATEWAY);
        assertThat(exchanger.warnings()).singleElement().asString().contains(Fixtures.SCOPE, "AADSTS70011");
    }

    @Test
    void tokenInItsMarginServesWhenNoNewOneIsToBeHad() throws Exception {
        VerifiedToken employee = Fixtures.employee("one");
        get(exchanger.acquire(employee, target));
        endpoint.always(TokenEndpoint.json(500, ""));

        passes(Duration.ofSeconds(3590));
        assertThat(get(exchanger.acquire(employee, target)).token().authorization())
                .isEqualTo("Bearer t1");
        passes(Duration.ofSeconds(10));
        assertThat(refusal(exchanger.acquire(employee, target)).code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
    }

    private EntraProvider twoCredentials() {
        return new EntraProvider(
                "entra",
                endpoint.url(),
                "gateway-id",
                List.of(new ClientSecretPost(new Secret("old")), new ClientSecretPost(new Secret("new"))),
                ProviderLimits.DEFAULT);
    }
}
