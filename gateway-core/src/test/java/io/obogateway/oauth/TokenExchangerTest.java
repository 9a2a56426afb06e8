package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenExchangerTest {
    private final TokenEndpoint endpoint = new TokenEndpoint();
    private final Fixtures.Time time = new Fixtures.Time();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final TokenExchanger exchanger = new TokenExchanger(
            CacheLimits.DEFAULT,
            new TokenEndpointBackchannel(),
            time,
            scheduler,
            token -> "https://login.example/" + token.tenant() + "/authorize");
    private final ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(endpoint.url()));
    private final VerifiedToken token = Fixtures.employee("eyJ.one");

    @AfterEach
    void stop() {
        exchanger.close();
        endpoint.close();
        scheduler.shutdownNow();
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

    private static ErrorCode code(CompletableFuture<Acquired> future) {
        return refusal(future).code();
    }

    @Test
    void tokenIsAcquiredOnceAndThenServedFromTheCache() throws Exception {
        Acquired first = get(exchanger.acquire(token, target));
        CompletableFuture<Acquired> second = exchanger.acquire(token, target);

        assertThat(first.outcome()).isEqualTo(Outcome.MISS);
        assertThat(first.token().authorization()).isEqualTo("Bearer t1");
        assertThat(second).isCompleted();
        assertThat(get(second).outcome()).isEqualTo(Outcome.HIT);
        assertThat(get(second).token()).isEqualTo(first.token());
        assertThat(exchanger.acquire(token, target)).isSameAs(second);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void cachedTokenIsSharedNeitherBetweenEmployeesNorBetweenTargets() throws Exception {
        ExchangeTarget other = new ExchangeTarget(target.provider(), Grant.ON_BEHALF_OF, "api://other/.default", null);

        List<String> tokens = List.of(
                get(exchanger.acquire(token, target)).token().authorization(),
                get(exchanger.acquire(Fixtures.employee("eyJ.two"), target))
                        .token()
                        .authorization(),
                get(exchanger.acquire(token, other)).token().authorization());

        assertThat(tokens).doesNotHaveDuplicates();
        assertThat(endpoint.count()).isEqualTo(3);
    }

    @Test
    void ownTokenOfTheGatewayIsSharedBetweenCallers() throws Exception {
        ExchangeTarget application = Fixtures.asApplication(target.provider());

        get(exchanger.acquire(Fixtures.application("a", "tenant-1"), application));
        Acquired second = get(exchanger.acquire(Fixtures.application("b", "tenant-2"), application));

        assertThat(second.outcome()).isEqualTo(Outcome.HIT);
        assertThat(endpoint.count()).isEqualTo(1);
        assertThat(endpoint.last().body()).doesNotContain("assertion=");
    }

    @Test
    void fiveThousandConcurrentFirstRequestsMakeOneExchange() throws Exception {
        endpoint.hold();
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<CompletableFuture<CompletableFuture<Acquired>>> asked = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < 5000; i++) {
            asked.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            start.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return exchanger.acquire(token, target);
                    },
                    callers));
        }
        start.countDown();
        List<CompletableFuture<Acquired>> answers = new ArrayList<>();
        for (CompletableFuture<CompletableFuture<Acquired>> one : asked) {
            answers.add(one.get(20, TimeUnit.SECONDS));
        }
        endpoint.release();

        int misses = 0;
        for (CompletableFuture<Acquired> answer : answers) {
            assertThat(get(answer).token().authorization()).isEqualTo("Bearer t1");
            misses += get(answer).outcome() == Outcome.MISS ? 1 : 0;
        }
        assertThat(misses).isEqualTo(1);
        assertThat(endpoint.count()).isEqualTo(1);
        callers.shutdownNow();
    }

    @Test
    void callerWhoLeavesCancelsNobody() throws Exception {
        endpoint.hold();
        CompletableFuture<Acquired> leaver = exchanger.acquire(token, target);
        CompletableFuture<Acquired> stayer = exchanger.acquire(token, target);
        leaver.cancel(true);
        endpoint.release();

        assertThat(get(stayer).outcome()).isEqualTo(Outcome.SHARED);
        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.HIT);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void claimsOfTheProvidersErrorBecomeAChallengeForThisCaller() {
        endpoint.always(
                TokenEndpoint.json(
                        400,
                        "{\"error\":\"invalid_grant\",\"suberror\":\"basic_action\",\"error_codes\":[50076],"
                                + "\"claims\":\"{ \\\"access_token\\\": {\\\"acrs\\\":{\\\"value\\\":\\\"a b\\\"}, \\\"x\\\":null}}\"}"));

        Refusal refusal = refusal(exchanger.acquire(token, target));

        assertThat(refusal.code()).isEqualTo(ErrorCode.CLAIMS_CHALLENGE);
        assertThat(refusal.challenge())
                .isEqualTo(new Refusal.ClaimsChallenge(
                        "tenant-1",
                        "https://login.example/tenant-1/authorize",
                        "{\"access_token\":{\"acrs\":{\"value\":\"a b\"},\"x\":null}}"));
        assertThat(refusal(exchanger.acquire(token, target))).isEqualTo(refusal);
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void challengeOfASharedRefusalIsMadeForEachCaller() {
        endpoint.always(TokenEndpoint.json(
                400, "{\"error\":\"invalid_grant\",\"claims\":\"{\\\"access_token\\\":{\\\"a\\\":1}}\"}"));
        ExchangeTarget application = Fixtures.asApplication(target.provider());

        Refusal first = refusal(exchanger.acquire(Fixtures.application("a", "tenant-a"), application));
        Refusal second = refusal(exchanger.acquire(Fixtures.application("b", "tenant-b"), application));

        assertThat(first.challenge()).hasFieldOrPropertyWithValue("realm", "tenant-a");
        assertThat(second.challenge()).hasFieldOrPropertyWithValue("realm", "tenant-b");
        assertThat(endpoint.count()).isEqualTo(1);
    }

    @Test
    void refusalOfTheCallerIsRememberedForAShortTime() throws Exception {
        endpoint.next(TokenEndpoint.error(400, "invalid_grant", 65001));

        Refusal refusal = refusal(exchanger.acquire(token, target));
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONSENT_REQUIRED);
        assertThat(refusal.errorCodes()).containsExactly(65001);
        assertThat(refusal.correlationId()).isEqualTo("c-1");
        assertThat(refusal.detail())
                .contains("calling-app", "gateway-id", Fixtures.SCOPE)
                .doesNotContain("jane");
        assertThat(code(exchanger.acquire(token, target))).isEqualTo(ErrorCode.CONSENT_REQUIRED);
        assertThat(endpoint.count()).isEqualTo(1);

        time.pass(CacheLimits.DEFAULT.failureTtl().plusMillis(1));
        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void tokenIsUsedUntilItsMarginAndNeverBeyondTheSubjectToken() throws Exception {
        endpoint.always(TokenEndpoint.token("x", 3600));
        VerifiedToken ending = Fixtures.employee("eyJ.ending", Fixtures.NOW.plusSeconds(100));

        assertThat(get(exchanger.acquire(ending, target)).token().expiresAt()).isEqualTo(ending.expiresAt());
        time.pass(Duration.ofSeconds(69));
        assertThat(get(exchanger.acquire(ending, target)).outcome()).isEqualTo(Outcome.HIT);
        time.pass(Duration.ofSeconds(1));
        assertThat(get(exchanger.acquire(ending, target)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void marginIsNeverMoreThanHalfTheLife() throws Exception {
        endpoint.always(TokenEndpoint.token("x", 20));

        get(exchanger.acquire(token, target));
        time.pass(Duration.ofSeconds(6));
        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.HIT);
        time.pass(Duration.ofSeconds(4));
        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void tokenWithoutALifetimeServesThoseWhoWaitedAndIsNotKept() throws Exception {
        endpoint.always(TokenEndpoint.json(200, "{\"access_token\":\"x\"}"));

        assertThat(get(exchanger.acquire(token, target)).token().authorization())
                .isEqualTo("Bearer x");
        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.MISS);
        assertThat(endpoint.count()).isEqualTo(2);
    }

    @Test
    void droppedTokenIsAcquiredAnew() throws Exception {
        get(exchanger.acquire(token, target));
        exchanger.drop(token, target);

        assertThat(get(exchanger.acquire(token, target)).outcome()).isEqualTo(Outcome.MISS);
    }

    @Test
    void claimsOfTheUpstreamReplaceTheCachedToken() throws Exception {
        get(exchanger.acquire(token, target));

        Acquired fresh = get(exchanger.acquire(token, target, "{\"access_token\":{}}"));

        assertThat(endpoint.last().body()).contains("&claims=%7B");
        assertThat(get(exchanger.acquire(token, target)).token()).isEqualTo(fresh.token());
        assertThat(endpoint.count()).isEqualTo(2);
    }
}
