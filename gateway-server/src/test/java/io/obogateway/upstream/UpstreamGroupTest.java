package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.observe.GatewayMetrics;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which address of an upstream a request goes to. */
class UpstreamGroupTest {
    private final AtomicLong now = new AtomicLong();
    private final GatewayMetrics metrics = new GatewayMetrics();

    @AfterEach
    void stop() {
        metrics.close();
    }

    @Test
    void roundRobinTakesOneAfterTheOther() {
        UpstreamGroup group = group(Balance.ROUND_ROBIN, 3);

        List<UpstreamAddress> first = List.of(chosen(group), chosen(group), chosen(group));

        assertThat(first).doesNotHaveDuplicates();
        assertThat(List.of(chosen(group), chosen(group), chosen(group))).isEqualTo(first);
    }

    @Test
    void leastRequestSpreadsAndFavoursWhoHasLessToDo() {
        UpstreamGroup group = group(Balance.LEAST_REQUEST, 3);
        UpstreamAddress busy = group.addresses().get(0);
        for (int i = 0; i < 100; i++) {
            busy.begin();
        }
        Map<UpstreamAddress, Integer> counts = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            UpstreamAddress address = chosen(group);
            address.begin();
            counts.merge(address, 1, Integer::sum);
        }
        assertThat(counts.get(busy)).isNull();
        assertThat(counts.values())
                .hasSize(2)
                .allSatisfy(count -> assertThat(count).isBetween(30, 70));
    }

    /** Random histories: whatever happened before, a choice is an address in service while there is one, or a due trial. */
    @Test
    void anEjectedAddressIsNotChosenWhileAnotherOneServes() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            UpstreamGroup group =
                    group(random.nextBoolean() ? Balance.ROUND_ROBIN : Balance.LEAST_REQUEST, 1 + random.nextInt(5));
            for (int step = 0; step < 200; step++) {
                UpstreamAddress any =
                        group.addresses().get(random.nextInt(group.addresses().size()));
                switch (random.nextInt(4)) {
                    case 0 -> any.succeeded();
                    case 1 -> IntStream.range(0, 5).forEach(i -> any.failed(new IOException("refused")));
                    case 2 -> now.addAndGet(random.nextInt(100_000_000));
                    default -> chooses(group, seed);
                }
            }
        }
    }

    private void chooses(UpstreamGroup group, long seed) {
        boolean serves = group.addresses().stream().anyMatch(UpstreamAddress::inService);
        boolean trialDue = group.addresses().stream()
                .anyMatch(address ->
                        address.ejection().ejected() && address.ejection().nanosLeft(!serves) == 0);
        UpstreamAddress chosen = group.choose();
        if (chosen == null) {
            assertThat(serves || trialDue).as("seed %d", seed).isFalse();
        } else {
            assertThat(chosen.inService() || trialDue).as("seed %d", seed).isTrue();
        }
        UpstreamAddress other = group.chooseOther(chosen == null ? 0 : chosen.bit());
        assertThat(other == null || other != chosen && other.inService())
                .as("seed %d", seed)
                .isTrue();
    }

    @Test
    void withEveryAddressEjectedTheCircuitIsOpenUntilATrialIsDue() {
        UpstreamGroup group = group(Balance.LEAST_REQUEST, 2);
        group.addresses().forEach(UpstreamGroupTest::eject);
        assertThat(group.choose()).isNull();

        now.addAndGet(Ejection.LONGEST_ALONE);
        UpstreamAddress trial = chosen(group);
        assertThat(group.choose()).as("the other one's trial").isNotNull().isNotEqualTo(trial);
        assertThat(group.choose()).isNull();
        trial.succeeded();
        assertThat(group.choose()).isEqualTo(trial);
    }

    @Test
    void theCircuitOfASingleAddressOpensAndCloses() {
        UpstreamGroup group = group(Balance.LEAST_REQUEST, 1);
        UpstreamAddress only = group.addresses().get(0);
        eject(only);
        assertThat(group.choose()).isNull();

        now.addAndGet(Ejection.FIRST);
        assertThat(group.choose()).isEqualTo(only);
        assertThat(group.choose()).isNull();
        only.succeeded();
        assertThat(group.choose()).isEqualTo(only);
    }

    @Test
    void checksThatFailMoveRequestsAndChecksThatFailEverywhereDoNot() {
        UpstreamGroup group = group(Balance.ROUND_ROBIN, 2);
        UpstreamAddress first = group.addresses().get(0);
        UpstreamAddress second = group.addresses().get(1);
        first.checked(false, "503");
        assertThat(List.of(chosen(group), chosen(group))).containsOnly(second);

        second.checked(false, "503");
        assertThat(List.of(chosen(group), chosen(group))).containsExactlyInAnyOrder(first, second);
    }

    private static UpstreamAddress chosen(UpstreamGroup group) {
        UpstreamAddress chosen = group.choose();
        assertThat(chosen).isNotNull();
        return chosen;
    }

    private static void eject(UpstreamAddress address) {
        for (int i = 0; i < Ejection.FAILURES; i++) {
            address.failed(new IOException("refused"));
        }
    }

    private UpstreamGroup group(Balance balance, int size) {
        List<URI> urls = IntStream.range(0, size)
                .mapToObj(i -> URI.create("http://a" + i + ".example"))
                .toList();
        Upstream upstream = new Upstream(urls, balance, Protocol.HTTP1, null, null, 0, false);
        return new UpstreamGroup(upstream, null, metrics.upstream(UpstreamGroup.name(upstream)), now::get);
    }
}
