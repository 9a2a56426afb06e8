package io.obogateway.wire;

import io.obogateway.config.GatewayConfig;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gateways for tests about HTTP itself: one anonymous route that takes everything. */
final class TestGateway {
    static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private TestGateway() {}

    static Route route(String upstream, RouteTimeouts timeouts, long maxBodyBytes) {
        return new Route(
                "all",
                "/**",
                Set.of(),
                Set.of(),
                new Upstream(URI.create(upstream)),
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                false,
                false,
                timeouts,
                maxBodyBytes);
    }

    /** One to an upstream with several addresses. */
    static Route route(Upstream upstream, RouteTimeouts timeouts, int retries) {
        return new Route(
                "all",
                "/**",
                Set.of(),
                Set.of(),
                upstream,
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                false,
                false,
                timeouts,
                Long.MAX_VALUE,
                retries,
                null,
                null,
                true);
    }

    /** Nothing times out within a test. */
    static GatewayServer patient(String upstream) {
        return start(
                route(upstream, new RouteTimeouts(LONG, LONG, LONG), Long.MAX_VALUE),
                new GatewayConfig.Timeouts(LONG, LONG, SHORT),
                10_000);
    }

    /** Every deadline is short. */
    static GatewayServer impatient(String upstream) {
        return start(
                route(upstream, new RouteTimeouts(SHORT, SHORT, SHORT), 1000),
                new GatewayConfig.Timeouts(SHORT, SHORT, SHORT),
                1);
    }

    /** So many connections at once, and nothing times out. */
    static GatewayServer withConnections(String upstream, int connections) {
        return start(
                route(upstream, new RouteTimeouts(LONG, LONG, LONG), Long.MAX_VALUE),
                new GatewayConfig.Timeouts(LONG, LONG, SHORT),
                connections,
                10_000);
    }

    static GatewayServer start(Route route, GatewayConfig.Timeouts timeouts, int inFlight) {
        return start(route, timeouts, 1000, inFlight);
    }

    private static GatewayServer start(Route route, GatewayConfig.Timeouts timeouts, int connections, int inFlight) {
        try {
            return GatewayServer.start(new GatewayConfig(
                    2,
                    new GatewayConfig.Listen("127.0.0.1", 0),
                    new GatewayConfig.Admin("127.0.0.1", 0),
                    new GatewayConfig.Limits(1024, 4096, connections, inFlight),
                    timeouts,
                    Map.of(),
                    Map.of(),
                    CacheLimits.DEFAULT,
                    List.of(route)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
