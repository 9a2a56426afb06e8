package io.obogateway.upstream;

import io.obogateway.http.OutboundProxy;
import io.obogateway.observe.UpstreamMeters;
import io.obogateway.route.HealthCheck;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one upstream, and which of them a request goes to. All event loops share it; safe for all threads.
 *
 * <p>While every address is in service, a choice costs a random number or two; with a single address, nothing.
 */
public final class UpstreamGroup {
    private final Upstream upstream;
    private final UpstreamAddress[] addresses;
    private final ConnectionSlots slots;
    private final RetryBudget budget;
    private final UpstreamMeters meters;
    private final AtomicInteger turn = new AtomicInteger();
    private List<HealthChecker> checkers = List.of();
    private volatile boolean allInService = true;

    /**
     * @param proxy through which its addresses are reached if it asks for that; null: none
     * @param nanoTime {@link System#nanoTime()}
     */
    UpstreamGroup(Upstream upstream, @Nullable OutboundProxy proxy, UpstreamMeters meters, LongSupplier nanoTime) {
        this.upstream = upstream;
        this.meters = meters;
        this.slots = new ConnectionSlots(upstream.maxConnections());
        this.budget = new RetryBudget(nanoTime);
        List<URI> urls = upstream.urls();
        addresses = new UpstreamAddress[urls.size()];
        boolean counted = addresses.length > 1 && upstream.balance() == Balance.LEAST_REQUEST;
        for (int i = 0; i < addresses.length; i++) {
            Origin origin = Origin.of(urls.get(i))
                    .with(upstream.tls())
                    .speaking(upstream.protocol())
                    .through(upstream.useOutboundProxy() ? proxy : null);
            addresses[i] = new UpstreamAddress(this, new Destination(origin, slots), i, counted, nanoTime);
        }
    }

    /** What it is called where operators see it: its first address. */
    static String name(Upstream upstream) {
        return UpstreamAddress.name(Origin.of(upstream.url()));
    }

    /** Begins to ask the addresses whether they work, if that is configured and has not begun yet. */
    synchronized void startChecks(List<UpstreamPool> pools) {
        HealthCheck check = upstream.health();
        if (check == null || !checkers.isEmpty()) {
            return;
        }
        checkers = new ArrayList<>();
        for (UpstreamAddress address : addresses) {
            UpstreamPool pool = pools.get(ThreadLocalRandom.current().nextInt(pools.size()));
            checkers.add(new HealthChecker(pool, address, check));
        }
        checkers.forEach(HealthChecker::start);
    }

    synchronized void stopChecks() {
        checkers.forEach(HealthChecker::stop);
        checkers = List.of();
    }

    List<UpstreamAddress> addresses() {
        return List.of(addresses);
    }

    ConnectionSlots slots() {
        return slots;
    }

    /** Whether a request may have to wait for a connection of another to become free. */
    public boolean bounded() {
        return slots.bounded();
    }

    /**
     * Where a request goes first.
     *
     * @return null: nowhere, the circuit is open
     */
    public @Nullable UpstreamAddress choose() {
        if (addresses.length == 1) {
            UpstreamAddress only = addresses[0];
            return allInService || admits(only) ? only : null;
        }
        budget.request();
        if (!allInService) {
            return chooseInTrouble();
        }
        if (upstream.balance() == Balance.ROUND_ROBIN) {
            return addresses[Math.floorMod(turn.getAndIncrement(), addresses.length)];
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(addresses.length);
        int second = random.nextInt(addresses.length - 1);
        return lessBusy(addresses[first], addresses[second < first ? second : second + 1]);
    }

    /**
     * Where a request goes that failed before: to an address in service that it has not been to.
     *
     * @param tried the bits of those it has been to
     * @return null: there is none
     */
    public @Nullable UpstreamAddress chooseOther(long tried) {
        return addresses.length == 1 ? null : among(tried, true);
    }

    /** Whether a request that was sent may be sent again, beside all others that were. */
    public boolean mayRetry() {
        if (budget.take()) {
            return true;
        }
        meters.retryRefused();
        return false;
    }

    /** A request goes to another address. */
    public void retried() {
        meters.retried();
    }

    private static UpstreamAddress lessBusy(UpstreamAddress one, UpstreamAddress other) {
        return other.underWay() < one.underWay() ? other : one;
    }

    /** A check that fails is no reason to hold back requests where there is nowhere else to go. */
    private static boolean admits(UpstreamAddress only) {
        return !only.ejection().ejected() || only.ejection().tryTrial(true);
    }

    private @Nullable UpstreamAddress chooseInTrouble() {
        UpstreamAddress fit = among(0, true);
        UpstreamAddress trial = trial(fit == null);
        if (trial != null) {
            return trial;
        }
        // checks that fail everywhere tell the addresses apart no better than no checks
        return fit != null ? fit : among(0, false);
    }

    private @Nullable UpstreamAddress trial(boolean alone) {
        for (UpstreamAddress address : addresses) {
            if ((alone || !address.failsChecks()) && address.ejection().tryTrial(alone)) {
                return address;
            }
        }
        return null;
    }

    /**
     * One of those that are not ejected.
     *
     * @param checked its checks must not fail either
     */
    private @Nullable UpstreamAddress among(long tried, boolean checked) {
        UpstreamAddress[] fit = new UpstreamAddress[addresses.length];
        int count = 0;
        for (UpstreamAddress address : addresses) {
            if ((address.bit() & tried) == 0
                    && (checked ? address.inService() : !address.ejection().ejected())) {
                fit[count++] = address;
            }
        }
        if (count == 0) {
            return null;
        }
        if (upstream.balance() == Balance.ROUND_ROBIN) {
            return fit[Math.floorMod(turn.getAndIncrement(), count)];
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return lessBusy(fit[random.nextInt(count)], fit[random.nextInt(count)]);
    }

    void ejected(UpstreamAddress address) {
        meters.ejected(address.toString());
        changed();
    }

    /** An address has left service or come back. */
    synchronized void changed() {
        boolean all = true;
        for (UpstreamAddress address : addresses) {
            all &= address.inService();
        }
        allInService = all;
    }

    /** Its first address: for logs and operators, never for a client. */
    @Override
    public String toString() {
        return name(upstream);
    }
}
