package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.obogateway.http.Backchannel;
import io.obogateway.http.Backchannel.Answer;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import io.obogateway.jwt.VerifiedToken;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many employees at once: nobody ever gets another's token, whatever happens in between. */
class ManyEmployeesTest {
    private static final int EMPLOYEES = 50;
    private static final int THREADS = 8;
    private static final int REQUESTS = 100_000;

    private final Fixtures.Time time = new Fixtures.Time();
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        scheduler.shutdownNow();
    }

    /** Answers with a token that names the assertion and the scope it was asked for, on another thread, or fails. */
    private CompletableFuture<Answer> answer(Backchannel.Call call) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        scheduler.schedule(
                () -> reply(call, answer), ThreadLocalRandom.current().nextInt(3), TimeUnit.MILLISECONDS);
        return answer;
    }

    private static void reply(Backchannel.Call call, CompletableFuture<Answer> answer) {
        String body = String.valueOf(call.body());
        String name = body.replaceAll(".*assertion=([^&]*)&.*&scope=([^&]*).*", "$1@$2");
        int luck = ThreadLocalRandom.current().nextInt(20);
        if (luck == 0) {
            answer.completeExceptionally(new BackchannelException(Reason.TIMEOUT, "late", null));
        } else if (luck == 1) {
            answer.complete(new Answer(400, Map.of(), "{\"error\":\"invalid_grant\"}"));
        } else {
            int seconds = ThreadLocalRandom.current().nextInt(1, 400);
            answer.complete(
                    new Answer(200, Map.of(), "{\"access_token\":\"" + name + "\",\"expires_in\":" + seconds + "}"));
        }
    }

    @Test
    void noTokenIsEverAnotherEmployees() throws Exception {
        TokenExchanger exchanger =
                new TokenExchanger(CacheLimits.DEFAULT, this::answer, time, scheduler, token -> null);
        AtomicInteger served = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            int seed = worker;
            workers.add(threads.submit(() -> work(exchanger, new Random(seed), served)));
        }
        for (Future<?> worker : workers) {
            worker.get(100, TimeUnit.SECONDS);
        }

        assertThat(served.get()).isGreaterThan(REQUESTS / 2);
    }

    private void work(TokenExchanger exchanger, Random random, AtomicInteger served) {
        for (int i = 0; i < REQUESTS / THREADS; i++) {
            String name = "e" + random.nextInt(EMPLOYEES);
            String scope = "s" + random.nextInt(3);
            // a new provider each time, equal or with other credentials, as after a reload
            TokenProvider provider = new EntraProvider(
                    "entra",
                    URI.create("https://login.example/token"),
                    "gateway",
                    List.of(new ClientSecretPost(new Secret("s" + i / 5000))),
                    new ProviderLimits(Duration.ofSeconds(20), 1, 0, Duration.ofSeconds(1)));
            VerifiedToken token = Fixtures.employee(name);
            ExchangeTarget target = new ExchangeTarget(provider, Grant.ON_BEHALF_OF, scope, null);
            int luck = random.nextInt(1000);
            if (luck == 0) {
                exchanger.drop(token, target);
            } else if (luck == 1) {
                time.pass(Duration.ofSeconds(20));
            }
            Acquired acquired = exchanger
                    .acquire(token, target)
                    .exceptionally(refused -> null)
                    .join();
            if (acquired != null) {
                served.incrementAndGet();
                assertThat(acquired.token().authorization()).isEqualTo("Bearer " + name + "@" + scope);
            }
        }
    }

    @Test
    void answersThatComeAtOnceLeaveNoRoomForASecondExchange() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        TokenExchanger exchanger = new TokenExchanger(
                CacheLimits.DEFAULT,
                call -> {
                    calls.incrementAndGet();
                    return CompletableFuture.completedFuture(
                            new Answer(200, Map.of(), "{\"access_token\":\"x\",\"expires_in\":3600}"));
                },
                time,
                scheduler,
                token -> null);
        ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(
                URI.create("https://login.example/token"), new ProviderLimits(Duration.ofSeconds(20), 1)));
        List<VerifiedToken> tokens = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            tokens.add(Fixtures.employee("e" + i));
        }
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            workers.add(threads.submit(() ->
                    tokens.forEach(token -> exchanger.acquire(token, target).join())));
        }
        for (Future<?> worker : workers) {
            worker.get(60, TimeUnit.SECONDS);
        }

        assertThat(calls.get()).isEqualTo(tokens.size());
    }

    @Test
    void tenThousandEmployeesAtOnceAreAskedForAFewAtATimeAndNoneIsLost() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        TokenExchanger exchanger = new TokenExchanger(
                CacheLimits.DEFAULT,
                call -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    CompletableFuture<Answer> answer = new CompletableFuture<>();
                    scheduler.schedule(
                            () -> {
                                underWay.decrementAndGet();
                                answer.complete(
                                        new Answer(200, Map.of(), "{\"access_token\":\"x\",\"expires_in\":3600}"));
                            },
                            2,
                            TimeUnit.MILLISECONDS);
                    return answer;
                },
                time,
                scheduler,
                token -> null);
        ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(
                URI.create("https://login.example/token"), new ProviderLimits(Duration.ofSeconds(60), 1)));
        List<CompletableFuture<Acquired>> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(exchanger.acquire(Fixtures.employee("e" + i), target));
        }
        all.forEach(CompletableFuture::join);

        assertThat(most.get()).isBetween(2, target.provider().limits().maxConcurrent());
    }

    @Test
    void cacheHitAllocatesNextToNothing() {
        TokenExchanger exchanger = new TokenExchanger(
                CacheLimits.DEFAULT,
                call -> CompletableFuture.completedFuture(
                        new Answer(200, Map.of(), "{\"access_token\":\"x\",\"expires_in\":3600}")),
                time,
                scheduler,
                token -> null);
        ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(URI.create("https://login.example/token")));
        VerifiedToken token = Fixtures.employee("eyJ");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 10; run++) {
            long before = bean.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                exchanger.acquire(token, target);
            }
            least = Math.min(least, (bean.getCurrentThreadAllocatedBytes() - before) / rounds);
        }

        assertThat(least).isLessThan(100);
    }
}
