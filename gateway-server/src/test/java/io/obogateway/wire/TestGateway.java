package io.obogateway.wire;

import io.obogateway.config.GatewayConfig;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Cors;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.route.UpstreamTls;
import io.obogateway.server.GatewayServer;
import io.obogateway.tls.TlsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gateways for tests about HTTP itself: one anonymous route that takes everything. */
final class TestGateway {
    static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private TestGateway() {}

    static Route route(String upstream, RouteTimeouts timeouts, long maxBodyBytes) {
        return route("all", "/**", new Upstream(URI.create(upstream)), timeouts, maxBodyBytes);
    }

    /** A route of its own to an upstream with something particular about TLS; nothing times out. */
    static Route route(String name, String url, UpstreamTls tls) {
        return route(
                name,
                "/" + name + "/**",
                new Upstream(
                        List.of(URI.create(url)),
                        Upstream.Balance.LEAST_REQUEST,
                        Upstream.Protocol.HTTP1,
                        tls,
                        null,
                        0,
                        false),
                new RouteTimeouts(LONG, LONG, LONG),
                Long.MAX_VALUE);
    }

    private static Route route(String name, String path, Upstream upstream, RouteTimeouts timeouts, long maxBodyBytes) {
        return new Route(
                name,
                path,
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
                maxBodyBytes);
    }

    /** As {@link #route(String, RouteTimeouts, long)}, with what it says of its callers. */
    static Route route(
            String upstream, String path, Set<String> methods, @Nullable Cors cors, @Nullable RateLimit limit) {
        return new Route(
                path.substring(1),
                path,
                Set.of(),
                methods,
                new Upstream(URI.create(upstream)),
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                false,
                false,
                new RouteTimeouts(LONG, LONG, LONG),
                Long.MAX_VALUE,
                1,
                cors,
                limit,
                true);
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

    /** Over TLS in both directions, with HTTP/1.1 only. */
    static GatewayServer secure(
            TlsProvider provider, GatewayConfig.@Nullable ListenTls tls, Duration requestHeaders, List<Route> routes) {
        try {
            return GatewayServer.start(
                    new GatewayConfig(
                            2,
                            new GatewayConfig.Listen("127.0.0.1", 0, tls, false, List.of()),
                            new GatewayConfig.Admin("127.0.0.1", 0),
                            new GatewayConfig.Limits(1024, 4096, 1000, 10_000),
                            new GatewayConfig.Timeouts(requestHeaders, LONG, SHORT),
                            Map.of(),
                            Map.of(),
                            CacheLimits.DEFAULT,
                            routes),
                    System.out,
                    true,
                    provider);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To an upstream in plain text. */
    static GatewayServer secure(TlsProvider provider, GatewayConfig.ListenTls tls, String upstream) {
        return secure(provider, tls, LONG, List.of(patientRoute(upstream)));
    }

    static Route patientRoute(String upstream) {
        return route(upstream, new RouteTimeouts(LONG, LONG, LONG), Long.MAX_VALUE);
    }

    private static GatewayServer start(Route route, GatewayConfig.Timeouts timeouts, int connections, int inFlight) {
        return start(
                new GatewayConfig.Listen("127.0.0.1", 0),
                timeouts,
                new GatewayConfig.Limits(1024, 4096, connections, inFlight),
                route);
    }

    static GatewayServer start(GatewayConfig.Listen listen, GatewayConfig.Timeouts timeouts, Route... routes) {
        return start(listen, timeouts, new GatewayConfig.Limits(1024, 4096, 1000, 10_000), routes);
    }

    private static GatewayServer start(
            GatewayConfig.Listen listen,
            GatewayConfig.Timeouts timeouts,
            GatewayConfig.Limits limits,
            Route... routes) {
        try {
            return GatewayServer.start(new GatewayConfig(
                    2,
                    listen,
                    new GatewayConfig.Admin("127.0.0.1", 0),
                    limits,
                    timeouts,
                    Map.of(),
                    Map.of(),
                    CacheLimits.DEFAULT,
                    List.of(routes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
