package io.obogateway.benchmarks;

import io.obogateway.http.RequestPath;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Match;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTable;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding a request's route, among few and among very many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
@NullUnmarked // JMH fills the fields
public class RouteMatch {
    private static final int REQUESTS = 1024;
    private static final int ROUTES_OF_A_TEAM = 10;

    @Param({"10", "1000", "100000"})
    public int routes;

    /** How many of the routes get requests; each of them as many. */
    @Param({"10", "1000"})
    public int busy;

    private final String[] targets = new String[REQUESTS];
    private final RequestPath[] paths = new RequestPath[REQUESTS];
    private RouteTable table;
    private int next;

    /** Fills the table, and takes the busy routes from all over it. */
    @Setup
    public void fill() {
        List<Route> all = new ArrayList<>(routes);
        for (int i = 0; i < routes; i++) {
            all.add(route(i));
        }
        table = new RouteTable(all);
        Random random = new Random(1);
        int[] chosen = random.ints(busy, 0, routes).toArray();
        for (int i = 0; i < REQUESTS; i++) {
            targets[i] =
                    prefix(chosen[random.nextInt(busy)]) + "/v1/people/" + random.nextInt(1_000_000) + "?fields=name";
            paths[i] = RequestPath.parse(targets[i]);
        }
    }

    private static String prefix(int route) {
        return "/team-" + route / ROUTES_OF_A_TEAM + "/service-" + route % ROUTES_OF_A_TEAM;
    }

    private static Route route(int number) {
        return new Route(
                "route-" + number,
                prefix(number) + "/**",
                Set.of(),
                Set.of(),
                new Upstream(URI.create("http://upstream.test")),
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                false,
                false,
                new RouteTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(5)),
                Long.MAX_VALUE);
    }

    private int nextRequest() {
        next = (next + 1) & (REQUESTS - 1);
        return next;
    }

    /** The look-up alone. */
    @Benchmark
    public Match match() {
        return table.match("GET", "gateway.test", paths[nextRequest()]);
    }

    /** As a request does it: its target is read first. */
    @Benchmark
    public Match parseAndMatch() {
        return table.match("GET", "gateway.test", RequestPath.parse(targets[nextRequest()]));
    }
}
