package io.obogateway.server;

import io.obogateway.access.Authorizer;
import io.obogateway.access.RateLimits;
import io.obogateway.client.ClientSettings;
import io.obogateway.client.ClientTimeouts;
import io.obogateway.config.GatewayConfig;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.proxy.ProxySettings;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTable;
import io.obogateway.route.Upstream;
import io.obogateway.upstream.UpstreamGroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is served by: made of one configuration, and replaced as a whole by the next. */
record Serving(
        GatewayConfig config,
        TokenVerifier verifier,
        TokenExchanger exchanger,
        UpstreamGroups upstreams,
        ProxySettings settings,
        ClientSettings client) {
    private static final Duration DECISION_SLACK = Duration.ofSeconds(5);

    /**
     * @param rateLimits the counts so far; they outlive a configuration
     */
    static Serving of(
            GatewayConfig config,
            TokenVerifier verifier,
            TokenExchanger exchanger,
            UpstreamGroups upstreams,
            RateLimits rateLimits) {
        Authorizer authorizer = new Authorizer(new RouteTable(config.routes()), verifier, exchanger, rateLimits);
        return new Serving(
                config,
                verifier,
                exchanger,
                upstreams,
                new ProxySettings(
                        authorizer,
                        config.limits().inFlight(),
                        decisionTimeout(config),
                        config.limits().replayBodyBytes(),
                        upstreams),
                new ClientSettings(
                        new ClientTimeouts(
                                config.timeouts().requestHeaders(),
                                config.timeouts().idle()),
                        config.limits().requestLineBytes(),
                        config.limits().headerBytes()));
    }

    /** What an operator should see to although requests are served; the caller may add to it. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(exchanger.warnings());
        warnings.addAll(upstreams.warnings());
        return warnings;
    }

    static List<Upstream> upstreams(GatewayConfig config) {
        return config.routes().stream().map(Route::upstream).toList();
    }

    /** Those whose tokens a route takes. */
    static Set<Issuer> neededIssuers(GatewayConfig config) {
        Set<Issuer> needed = new LinkedHashSet<>();
        config.routes().forEach(route -> needed.addAll(route.issuers()));
        return needed;
    }

    /** Longer than all that a decision may wait for, so that whoever is waited for says what went wrong. */
    private static Duration decisionTimeout(GatewayConfig config) {
        Duration keys = neededIssuers(config).stream()
                .map(issuer -> issuer.keys().timeout())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration token = config.providers().values().stream()
                .map(provider -> provider.limits().timeout())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return keys.multipliedBy(2).plus(token).plus(DECISION_SLACK); // discovery, then keys
    }
}
