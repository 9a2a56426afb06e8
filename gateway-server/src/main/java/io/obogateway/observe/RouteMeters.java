package io.obogateway.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.obogateway.error.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** One route's meters, made when they are first needed and found again without a lookup in the registry. */
final class RouteMeters {
    private static final int LAST_STATUS = 599;

    /** Few, because each is a series per route and status. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final String route;
    /** By status; 0: the client left before a response began. */
    private final AtomicReferenceArray<Timer> requests = new AtomicReferenceArray<>(LAST_STATUS + 1);

    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
    /** By grant, then by outcome. */
    private final Map<String, Map<String, Counter>> tokens = new ConcurrentHashMap<>();

    RouteMeters(MeterRegistry registry, String route) {
        this.registry = registry;
        this.route = route;
    }

    void finished(ExchangeFacts facts) {
        requests(facts.status).record(Math.max(0, facts.endNanos - facts.startNanos), TimeUnit.NANOSECONDS);
        if (facts.code != null) {
            refusals(facts.code).increment();
        }
        if (facts.cache != null) {
            tokens(facts.grant == null ? "" : facts.grant, facts.cache).increment();
        }
    }

    /** Makes one meter of each kind. */
    void prepare() {
        requests(ErrorCode.NO_ROUTE.status());
        refusals(ErrorCode.NO_ROUTE.code());
    }

    private Timer requests(int status) {
        int index = status < 0 || status > LAST_STATUS ? 0 : status;
        Timer known = requests.getAcquire(index);
        if (known != null) {
            return known;
        }
        // registering twice gives the same meter
        Timer timer = Timer.builder("gateway.requests")
                .description("Requests by route and status, from the complete request head to the end of the exchange;"
                        + " status 0: the client left first")
                .tags("route", route, "status", Integer.toString(index))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        requests.setRelease(index, timer);
        return timer;
    }

    private Counter refusals(String code) {
        Counter known = refusals.get(code);
        return known != null
                ? known
                : refusals.computeIfAbsent(
                        code,
                        absent -> Counter.builder("gateway.refusals")
                                .description("Requests that the gateway itself refused, by the code of the refusal")
                                .tags("route", route, "code", absent)
                                .register(registry));
    }

    private Counter tokens(String grant, String outcome) {
        Map<String, Counter> ofGrant = tokens.get(grant);
        Counter known = ofGrant == null ? null : ofGrant.get(outcome);
        return known != null
                ? known
                : tokens.computeIfAbsent(grant, absent -> new ConcurrentHashMap<>())
                        .computeIfAbsent(
                                outcome,
                                absent -> Counter.builder("gateway.token.cache")
                                        .description("Outbound tokens by how they were come by")
                                        .tags("route", route, "grant", grant, "outcome", absent)
                                        .register(registry));
    }
}
