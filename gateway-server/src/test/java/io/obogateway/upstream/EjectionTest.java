package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An address that fails is left alone, and asked again now and then. */
class EjectionTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // the clock may wrap
    private final Ejection ejection = new Ejection(now::get);

    @Test
    void failuresInARowEjectAndASuccessBetweenThemStartsTheCountAnew() {
        fail(Ejection.FAILURES - 1);
        assertThat(ejection.succeeded()).isFalse();
        fail(Ejection.FAILURES - 1);
        assertThat(ejection.ejected()).isFalse();

        assertThat(ejection.failed()).isTrue();
        assertThat(ejection.ejected()).isTrue();
    }

    @Test
    void oneTrialAtATimeIsLetThroughOnceTheIntervalHasPassed() {
        fail(Ejection.FAILURES);
        assertThat(ejection.tryTrial(false)).isFalse();

        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isTrue();
        assertThat(ejection.tryTrial(false)).isFalse();
    }

    @Test
    void aTrialThatSucceedsBringsTheAddressBack() {
        fail(Ejection.FAILURES);
        now.addAndGet(Ejection.FIRST);
        ejection.tryTrial(false);

        assertThat(ejection.succeeded()).isTrue();
        assertThat(ejection.ejected()).isFalse();
    }

    @Test
    void theIntervalDoublesWithEachFailedTrialToABound() {
        fail(Ejection.FAILURES);
        long interval = Ejection.FIRST;
        for (int i = 0; i < 10; i++) {
            now.addAndGet(interval - 1);
            assertThat(ejection.tryTrial(false)).as("trial %d, too early", i).isFalse();
            now.addAndGet(1);
            assertThat(ejection.tryTrial(false)).as("trial %d", i).isTrue();
            ejection.failed();
            interval = Math.min(interval * 2, Ejection.LONGEST);
        }
        assertThat(interval).isEqualTo(Ejection.LONGEST);
    }

    @Test
    void whereNothingElseIsLeftTrialsAreASecondApartAtMost() {
        fail(Ejection.FAILURES);
        for (int i = 0; i < 10; i++) {
            now.addAndGet(Ejection.LONGEST_ALONE);
            assertThat(ejection.tryTrial(true)).isTrue();
            ejection.failed();
        }
    }

    @Test
    void lateFailuresOfRequestsFromBeforeDoNotProlongIt() {
        fail(Ejection.FAILURES + 50);

        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isTrue();
    }

    @Test
    void aTrialThatIsNeverHeardOfAgainIsFollowedByAnother() {
        fail(Ejection.FAILURES);
        now.addAndGet(Ejection.FIRST);
        ejection.tryTrial(false);

        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isTrue();
    }

    @Test
    void anAddressThatSoonFailsAgainStaysOutLonger() {
        fail(Ejection.FAILURES);
        now.addAndGet(Ejection.FIRST);
        ejection.tryTrial(false);
        ejection.succeeded();

        fail(Ejection.FAILURES);
        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isFalse();
        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isTrue();
        ejection.succeeded();

        now.addAndGet(Ejection.LONGEST + TimeUnit.SECONDS.toNanos(1));
        fail(Ejection.FAILURES);
        now.addAndGet(Ejection.FIRST);
        assertThat(ejection.tryTrial(false)).isTrue();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            ejection.failed();
        }
    }
}
