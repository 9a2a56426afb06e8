package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.GatewayException;
import io.obogateway.http.Backchannel;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired.Outcome;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time and order: renewal ahead of expiry, turns, and outcomes that overtake each other. */
class RenewalTest {
    private static final URI URL = URI.create("https://login.example/token");

    private final ScriptedBackchannel backchannel = new ScriptedBackchannel();
    private final Fixtures.Time time = new Fixtures.Time();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final TokenExchanger exchanger =
            new TokenExchanger(CacheLimits.DEFAULT, backchannel, time, scheduler, token -> null);
    private final ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(URL));
    private final VerifiedToken token = Fixtures.employee("eyJ.one");

    @AfterEach
    void stop() {
        exchanger.close();
        scheduler.shutdownNow();
    }

    private Acquired now() {
        return exchanger.acquire(token, target).join();
    }

    private void cache(long seconds) {
        CompletableFuture<Acquired> first = exchanger.acquire(token, target);
        backchannel.answer(backchannel.count() - 1, TokenEndpoint.token("old", seconds));
        assertThat(first).isCompleted();
    }

    @Test
    void tokenInUseIsRenewedInTheBackgroundAndSwapped() {
        cache(3600);
        time.pass(Duration.ofMinutes(40));
        assertThat(now().outcome()).isEqualTo(Outcome.HIT);
        assertThat(backchannel.count()).isEqualTo(1);

        time.pass(Duration.ofSeconds(700));
        assertThat(now().outcome()).isEqualTo(Outcome.RENEWED);
        assertThat(now().outcome()).isEqualTo(Outcome.HIT);
        assertThat(now().token().authorization()).isEqualTo("Bearer old");
        assertThat(backchannel.count()).isEqualTo(2);

        backchannel.answer(1, TokenEndpoint.token("new", 3600));
        assertThat(now().token().authorization()).isEqualTo("Bearer new");
        assertThat(now().outcome()).isEqualTo(Outcome.HIT);
    }

    @Test
    void failedRenewalLeavesTheOldTokenAndIsTriedAgainLater() {
        cache(3600);
        time.pass(Duration.ofSeconds(3100));
        now();
        backchannel.answer(1, TokenEndpoint.error(400, "invalid_grant", 50173));

        assertThat(now().token().authorization()).isEqualTo("Bearer old");
        assertThat(backchannel.count()).isEqualTo(2);
        time.pass(Duration.ofSeconds(5));
        assertThat(now().outcome()).isEqualTo(Outcome.RENEWED);
        assertThat(backchannel.count()).isEqualTo(3);
    }

    @Test
    void providersWishToBeAskedEarlierIsFollowed() {
        exchanger.acquire(token, target);
        backchannel.answer(
                0, TokenEndpoint.json(200, "{\"access_token\":\"old\",\"expires_in\":3600,\"refresh_in\":\"600\"}"));

        time.pass(Duration.ofSeconds(599));
        assertThat(now().outcome()).isEqualTo(Outcome.HIT);
        time.pass(Duration.ofSeconds(400));
        assertThat(now().outcome()).isEqualTo(Outcome.RENEWED);
    }

    @Test
    void tokenThatEndsWithTheSubjectTokenIsNotRenewed() {
        VerifiedToken ending = Fixtures.employee("eyJ.ending", Fixtures.NOW.plusSeconds(3000));
        exchanger.acquire(ending, target);
        backchannel.answer(0, TokenEndpoint.token("old", 3600));

        time.pass(Duration.ofSeconds(2950));
        assertThat(exchanger.acquire(ending, target).join().outcome()).isEqualTo(Outcome.HIT);
        assertThat(backchannel.count()).isEqualTo(1);
    }

    @Test
    void droppedTokenDoesNotComeBackWhenTheNextExchangeFails() {
        cache(3600);
        exchanger.drop(token, target);

        CompletableFuture<Acquired> next = exchanger.acquire(token, target);
        backchannel.fail(1, new BackchannelException(Reason.TIMEOUT, "late", null));
        assertThat(next).isCompletedExceptionally();
    }

    @Test
    void callsBeyondTheBoundWaitForTheirTurn() {
        ExchangeTarget narrow = Fixtures.onBehalfOf(Fixtures.entra(URL, limits(2, 3)));
        List<CompletableFuture<Acquired>> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(exchanger.acquire(Fixtures.employee("eyJ." + i), narrow));
        }
        assertThat(backchannel.count()).isEqualTo(2);
        assertThat(asked.get(5)).isCompletedExceptionally();
        assertThat(asked.get(5)
                        .handle((acquired, e) ->
                                e instanceof GatewayException g ? g.code().code() : "")
                        .join())
                .isEqualTo("overloaded");

        for (int i = 0; i < 5; i++) {
            backchannel.answer(i, TokenEndpoint.token("x" + i, 3600));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(asked.get(i).join().token().authorization()).isEqualTo("Bearer x" + i);
        }
    }

    @Test
    void thousandsWhoWaitForTheirTurnAreTurnedAwayTogetherWhenTheProviderAsksForPeace() {
        ExchangeTarget narrow = Fixtures.onBehalfOf(Fixtures.entra(URL, limits(1, 20_000)));
        List<CompletableFuture<Acquired>> asked = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            asked.add(exchanger.acquire(Fixtures.employee("eyJ." + i), narrow));
        }

        backchannel.answer(0, 429, Map.of("retry-after", "30"), "");

        assertThat(asked).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(backchannel.count()).isEqualTo(1);
    }

    @Test
    void turnThatDoesNotComeInTimeIsRefused() {
        ExchangeTarget narrow = Fixtures.onBehalfOf(
                Fixtures.entra(URL, new ProviderLimits(Duration.ofMillis(50), 0, 0, Duration.ofSeconds(1), 1, 5)));
        exchanger.acquire(token, narrow);

        CompletableFuture<String> waiting = exchanger
                .acquire(Fixtures.employee("eyJ.two"), narrow)
                .handle((acquired, e) ->
                        e instanceof GatewayException g ? g.code().code() : "");
        assertThat(waiting.join()).isEqualTo("provider_unavailable");
        assertThat(backchannel.count()).isEqualTo(1);
    }

    @Test
    void aBugInAProviderReachesTheCallerAndFreesTheSlot() {
        TokenProvider broken = new BrokenProvider(limits(1, 0));
        for (int i = 0; i < 3; i++) {
            assertThat(exchanger.acquire(token, Fixtures.onBehalfOf(broken)))
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ofSeconds(1))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalStateException.class);
        }
    }

    private static ProviderLimits limits(int concurrent, int waiting) {
        return new ProviderLimits(Duration.ofSeconds(20), 0, 10, Duration.ofSeconds(10), concurrent, waiting);
    }

    /** Cannot make a request. */
    private record BrokenProvider(ProviderLimits limits) implements TokenProvider {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public String clientId() {
            return "c";
        }

        @Override
        public URI tokenUrl() {
            return URI.create("http://broken.invalid/token");
        }

        @Override
        public Set<Grant> grants() {
            return Set.of(Grant.ON_BEHALF_OF);
        }

        @Override
        public Backchannel.Call request(
                ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock) {
            throw new IllegalStateException("bug");
        }
    }
}
