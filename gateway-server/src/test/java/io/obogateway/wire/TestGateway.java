package io.obogateway.wire;

import io.obogateway.config.GatewayConfig;
import io.obogateway.http.OutboundProxy;
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
    private static final RouteTimeouts PATIENT = new RouteTimeouts(LONG, LONG, LONG);

    private TestGateway() {}

    static Route route(String upstream, RouteTimeouts timeouts, long maxBodyBytes) {
        return route("all", "/**", Set.of(), new Upstream(URI.create(upstream)), timeouts, maxBodyBytes, 1, null, null);
    }

    /** A route of its own to an upstream with something particular about TLS; nothing times out. */
    static Route route(String name, String url, UpstreamTls tls) {
        Upstream upstream = upstream(url, Upstream.Protocol.HTTP1, tls, 0);
        return route(name, "/" + name + "/**", Set.of(), upstream, PATIENT, Long.MAX_VALUE, 1, null, null);
    }

    /** As {@link #route(String, RouteTimeouts, long)}, with what it says of its callers. */
    static Route route(
            String upstream, String path, Set<String> methods, @Nullable Cors cors, @Nullable RateLimit limit) {
        Upstream only = new Upstream(URI.create(upstream));
        return route(path.substring(1), path, methods, only, PATIENT, Long.MAX_VALUE, 1, cors, limit);
    }

    /** One to an upstream with several addresses. */
    static Route route(Upstream upstream, RouteTimeouts timeouts, int retries) {
        return route("all", "/**", Set.of(), upstream, timeouts, Long.MAX_VALUE, retries, null, null);
    }

    private static Route route(
            String name,
            String path,
            Set<String> methods,
            Upstream upstream,
            RouteTimeouts timeouts,
            long maxBodyBytes,
            int retries,
            @Nullable Cors cors,
            @Nullable RateLimit limit) {
        return new Route(
                name,
                path,
                Set.of(),
                methods,
                upstream,
                Set.of(Grant.ANONYMOUS),
                Map.of(),
                List.of(),
                Requirements.NONE,
                false,
                false,
                timeouts,
                maxBodyBytes,
                retries,
                cors,
                limit,
                true);
    }

    /** One that is spoken to in HTTP/2, in plain text. */
    static Upstream http2(String url, int maxConnections) {
        return upstream(url, Upstream.Protocol.HTTP2, null, maxConnections);
    }

    private static Upstream upstream(
            String url, Upstream.Protocol protocol, @Nullable UpstreamTls tls, int maxConnections) {
        return new Upstream(
                List.of(URI.create(url)), Upstream.Balance.LEAST_REQUEST, protocol, tls, null, maxConnections, false);
    }

    /** Nothing times out within a test. */
    static GatewayServer patient(String upstream) {
        return start(patientRoute(upstream), new GatewayConfig.Timeouts(LONG, LONG, SHORT), 10_000);
    }

    /** The same before an upstream with something particular about it. */
    static GatewayServer patient(Upstream upstream) {
        return start(route(upstream, PATIENT, 1), new GatewayConfig.Timeouts(LONG, LONG, SHORT), 10_000);
    }

    /** Every deadline is short. */
    static GatewayServer impatient(String upstream) {
        return start(
                route(upstream, new RouteTimeouts(SHORT, SHORT, SHORT), 1000),
                new GatewayConfig.Timeouts(SHORT, SHORT, SHORT),
                1);
    }

    /** Nothing times out but an idle tunnel, and a request's content has at most ten bytes. */
    static GatewayServer forTunnels(String upstream, Duration streamIdle, Duration drain) {
        return start(
                route(upstream, new RouteTimeouts(LONG, LONG, streamIdle), 10),
                new GatewayConfig.Timeouts(LONG, LONG, drain),
                1000);
    }

    /** So many connections at once, and nothing times out. */
    static GatewayServer withConnections(String upstream, int connections) {
        return start(patientRoute(upstream), new GatewayConfig.Timeouts(LONG, LONG, SHORT), connections, 10_000);
    }

    static GatewayServer start(Route route, GatewayConfig.Timeouts timeouts, int inFlight) {
        return start(route, timeouts, 1000, inFlight);
    }

    /** Over TLS in both directions, with HTTP/1.1 only. */
    static GatewayServer secure(
            TlsProvider provider, GatewayConfig.@Nullable ListenTls tls, Duration requestHeaders, List<Route> routes) {
        try {
            return GatewayServer.start(
                    config(
                            new GatewayConfig.Listen("127.0.0.1", 0, tls, false, List.of()),
                            new GatewayConfig.Timeouts(requestHeaders, LONG, SHORT),
                            limits(1000, 10_000),
                            routes),
                    System.out,
                    true,
                    provider);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With an outbound proxy, for the routes whose upstreams ask for it. */
    static GatewayServer through(OutboundProxy proxy, Route... routes) {
        GatewayConfig direct = config(
                new GatewayConfig.Listen("127.0.0.1", 0),
                new GatewayConfig.Timeouts(LONG, LONG, SHORT),
                limits(1000, 10_000),
                List.of(routes));
        try {
            return GatewayServer.start(new GatewayConfig(
                    direct.threads(),
                    direct.listen(),
                    direct.admin(),
                    direct.limits(),
                    direct.timeouts(),
                    direct.issuers(),
                    direct.providers(),
                    direct.tokenCache(),
                    proxy,
                    direct.trustedCertificates(),
                    direct.routes(),
                    List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To an upstream in plain text. */
    static GatewayServer secure(TlsProvider provider, GatewayConfig.ListenTls tls, String upstream) {
        return secure(provider, tls, LONG, List.of(patientRoute(upstream)));
    }

    static Route patientRoute(String upstream) {
        return route(upstream, PATIENT, Long.MAX_VALUE);
    }

    private static GatewayServer start(Route route, GatewayConfig.Timeouts timeouts, int connections, int inFlight) {
        return start(new GatewayConfig.Listen("127.0.0.1", 0), timeouts, limits(connections, inFlight), route);
    }

    static GatewayServer start(GatewayConfig.Listen listen, GatewayConfig.Timeouts timeouts, Route... routes) {
        return start(listen, timeouts, limits(1000, 10_000), routes);
    }

    private static GatewayServer start(
            GatewayConfig.Listen listen,
            GatewayConfig.Timeouts timeouts,
            GatewayConfig.Limits limits,
            Route... routes) {
        try {
            return GatewayServer.start(config(listen, timeouts, limits, List.of(routes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GatewayConfig config(
            GatewayConfig.Listen listen,
            GatewayConfig.Timeouts timeouts,
            GatewayConfig.Limits limits,
            List<Route> routes) {
        return new GatewayConfig(
                2,
                listen,
                new GatewayConfig.Admin("127.0.0.1", 0),
                limits,
                timeouts,
                Map.of(),
                Map.of(),
                CacheLimits.DEFAULT,
                routes);
    }

    private static GatewayConfig.Limits limits(int connections, int inFlight) {
        return new GatewayConfig.Limits(1024, 4096, connections, inFlight);
    }
}
