package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Retries are a tenth of the load, and a few. */
class RetryBudgetTest {
    private final AtomicLong now = new AtomicLong();
    private final RetryBudget budget = new RetryBudget(now::get);

    @Test
    void aLoneRequestMayBeRetried() {
        assertThat(taken()).isEqualTo(RetryBudget.FLOOR);
    }

    @Test
    void theLoadPaysForATenthOfItself() {
        load(1000);

        assertThat(taken()).isEqualTo(RetryBudget.FLOOR + 100);
    }

    @Test
    void theLoadOfTheWindowBeforeCounts() {
        load(1000);
        now.addAndGet(RetryBudget.WINDOW);

        assertThat(taken()).isEqualTo(RetryBudget.FLOOR + 100);
    }

    @Test
    void whatWasTakenInTheWindowBeforeCountsToo() {
        load(1000);
        taken();
        now.addAndGet(RetryBudget.WINDOW);
        load(500);

        assertThat(taken()).isEqualTo(50);
    }

    @Test
    void afterAQuietTimeNothingIsLeftOfTheLoad() {
        load(1000);
        now.addAndGet(2 * RetryBudget.WINDOW);

        assertThat(taken()).isEqualTo(RetryBudget.FLOOR);
    }

    private void load(int requests) {
        for (int i = 0; i < requests; i++) {
            budget.request();
        }
    }

    private int taken() {
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        return taken;
    }
}
