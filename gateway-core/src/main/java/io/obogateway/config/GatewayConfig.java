package io.obogateway.config;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.TokenProvider;
import io.obogateway.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration, checked and resolved.
 *
 * @param threads event loops
 * @param routes in the order of their names
 */
public record GatewayConfig(
        int threads,
        Listen listen,
        Admin admin,
        Limits limits,
        Timeouts timeouts,
        Map<String, Issuer> issuers,
        Map<String, TokenProvider> providers,
        CacheLimits tokenCache,
        List<Route> routes) {

    /** Where clients connect. Port 0 takes a free one. */
    public record Listen(String host, int port) {}

    /** Where operators connect. Port 0 takes a free one. */
    public record Admin(String host, int port) {}

    /**
     * @param requestLineBytes 414 beyond
     * @param headerBytes 431 beyond
     * @param connections further ones wait in the backlog
     * @param inFlight requests; 503 beyond
     */
    public record Limits(int requestLineBytes, int headerBytes, int connections, int inFlight) {}

    /**
     * Deadlines that belong to no single route.
     *
     * @param requestHeaders for a request's head, from its first byte: 408
     * @param idle of a keep-alive connection between requests
     * @param drain after SIGTERM
     */
    public record Timeouts(Duration requestHeaders, Duration idle, Duration drain) {}
}
