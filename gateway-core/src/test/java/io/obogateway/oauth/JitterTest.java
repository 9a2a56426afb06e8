package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happened at one moment does not happen again at one moment. */
class JitterTest {
    private static final Instant ASKED = Instant.parse("2026-11-21T08:00:00Z");

    @Test
    void tokensThatWereAcquiredTogetherAreNotRenewedTogether() {
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            shares.add(renewedAfter(null) / 3570);
        }

        assertThat(shares).allSatisfy(share -> assertThat(share).isBetween(0.69, 0.86));
        for (double from = 0.70; from < 0.845; from += 0.03) { // a fifth of the spread each
            double begin = from;
            assertThat(shares.stream()
                            .filter(share -> share >= begin && share < begin + 0.03)
                            .count())
                    .isBetween(100L, 350L);
        }
    }

    @Test
    void whatTheProviderWishesIsSpreadTooAndNeverEarlier() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            seconds.add(renewedAfter(1800L));
        }

        assertThat(seconds).allSatisfy(second -> assertThat(second).isBetween(1800.0, 1800.0 + 178));
        assertThat(seconds.stream().distinct().count()).isGreaterThan(50);
    }

    /** In whole seconds, of a token of an hour whose last 30 s are its margin. */
    private static double renewedAfter(@Nullable Long refreshIn) {
        CachedToken token = CachedToken.of(
                new TokenResponse.Token("x", 3600L, refreshIn), ASKED, Instant.MAX, Duration.ofSeconds(30));
        int second = 0;
        while (!token.claimRenewal(ASKED.toEpochMilli() + second * 1000L)) {
            second++;
        }
        return second;
    }

    @Test
    void triesThatFailedTogetherAreNotRepeatedTogether() {
        ScriptedBackchannel backchannel = new ScriptedBackchannel();
        Pauses pauses = new Pauses();
        try (TokenExchanger exchanger =
                new TokenExchanger(CacheLimits.DEFAULT, backchannel, new Fixtures.Time(), pauses, token -> null)) {
            List<CompletableFuture<Acquired>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) { // fewer than open the circuit
                ExchangeTarget target = Fixtures.onBehalfOf(Fixtures.entra(URI.create("https://login.example/token")));
                waiting.add(exchanger.acquire(Fixtures.employee("eyJ.employee" + i), target));
                backchannel.fail(backchannel.count() - 1, new BackchannelException(Reason.BROKEN, "broke", null));
            }

            assertThat(pauses.millis)
                    .hasSize(8)
                    .allSatisfy(pause -> assertThat(pause).isBetween(100L, 299L));
            assertThat(pauses.millis.stream().distinct().count()).isGreaterThan(3);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        } finally {
            pauses.shutdownNow();
        }
    }

    /** Remembers what it is asked to wait for before a try, and never does it. */
    private static final class Pauses extends ScheduledThreadPoolExecutor {
        final List<Long> millis = new CopyOnWriteArrayList<>();

        Pauses() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            if (unit.toMillis(delay) < 1000) {
                millis.add(unit.toMillis(delay));
            }
            return super.schedule(command, 1, TimeUnit.DAYS);
        }
    }
}
