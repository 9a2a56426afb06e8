package io.obogateway.route;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes for tests: what a test is about is said, the rest is filled in. */
public final class TestRoute {
    private final String name;
    private final String path;
    private Set<String> hosts = Set.of();
    private Set<String> methods = Set.of();
    private URI upstream = URI.create("http://upstream.test");
    private Set<Grant> grants = EnumSet.of(Grant.ANONYMOUS);
    private final Map<Grant, ExchangeTarget> targets = new EnumMap<>(Grant.class);
    private List<Issuer> issuers = List.of();
    private Requirements requirements = Requirements.NONE;
    private boolean stripPrefix;
    private @Nullable Cors cors;
    private @Nullable RateLimit rateLimit;

    private TestRoute(String name, String path) {
        this.name = name;
        this.path = path;
    }

    public static TestRoute route(String name, String path) {
        return new TestRoute(name, path);
    }

    public TestRoute hosts(String... newHosts) {
        hosts = Set.of(newHosts);
        return this;
    }

    public TestRoute methods(String... newMethods) {
        methods = Set.of(newMethods);
        return this;
    }

    public TestRoute upstream(String url) {
        upstream = URI.create(url);
        return this;
    }

    public TestRoute grants(Grant... newGrants) {
        grants = Set.of(newGrants);
        return this;
    }

    public TestRoute target(ExchangeTarget target) {
        targets.put(target.grant(), target);
        return this;
    }

    public TestRoute issuers(Issuer... newIssuers) {
        issuers = List.of(newIssuers);
        return this;
    }

    public TestRoute require(Requirements newRequirements) {
        requirements = newRequirements;
        return this;
    }

    public TestRoute stripPrefix() {
        stripPrefix = true;
        return this;
    }

    public TestRoute cors(String... origins) {
        cors = new Cors(Set.of(origins));
        return this;
    }

    public TestRoute rateLimit(long requests, Duration per, RateLimit.Key key) {
        rateLimit = new RateLimit(requests, per, key);
        return this;
    }

    public Route build() {
        return new Route(
                name,
                path,
                hosts,
                methods,
                new Upstream(upstream),
                grants,
                targets,
                issuers,
                requirements,
                stripPrefix,
                false,
                new RouteTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(5)),
                Long.MAX_VALUE,
                1,
                cors,
                rateLimit,
                true);
    }
}
