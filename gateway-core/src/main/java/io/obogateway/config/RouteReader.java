package io.obogateway.config;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.TokenProvider;
import io.obogateway.route.Cors;
import io.obogateway.route.PathPattern;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteConflict;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code gateway.routes}, each over {@code gateway.route-defaults}. */
final class RouteReader {
    private static final Duration MAX_TIMEOUT = SettingsReader.DAY;
    private static final int MAX_RETRIES = 5;
    private static final String NONE_AT_ALL = "";
    private static final Upstream NOWHERE = new Upstream(URI.create("http://nowhere.invalid"));

    private enum AtTokenExpiry {
        CLOSE,
        KEEP
    }

    private final Section gateway;
    private final Named<Issuer> issuers;
    private final TargetReader targets;

    RouteReader(Section gateway, Named<Issuer> issuers, Named<TokenProvider> providers) {
        this.gateway = gateway;
        this.issuers = issuers;
        this.targets = new TargetReader(gateway.key("default-provider"), providers);
    }

    /** In the order of their names. */
    List<Route> read() {
        checkDefaults();
        List<Route> routes = new ArrayList<>();
        Map<String, Key> paths = new HashMap<>();
        for (Map.Entry<String, Section> block :
                gateway.section("routes").blocks().entrySet()) {
            Section section = block.getValue().withDefaults(defaults());
            Route route = route(block.getKey(), section);
            section.refuseUnknown();
            if (route != null) {
                routes.add(route);
                paths.put(route.name(), section.key("path"));
            }
        }
        for (RouteConflict conflict : RouteConflict.among(routes)) {
            Key first = Objects.requireNonNull(paths.get(conflict.first()));
            Key second = Objects.requireNonNull(paths.get(conflict.second()));
            second.problem("takes the same requests as the route " + conflict.first() + " (" + first.place()
                    + "); let them differ in path, hosts or methods");
        }
        return routes;
    }

    private Section defaults() {
        return gateway.section("route-defaults").ofKind("gateway.routes.*");
    }

    /** Also where no route uses them. */
    private void checkDefaults() {
        Section defaults = defaults();
        path(defaults.key("path"));
        hosts(defaults);
        methods(defaults);
        UpstreamReader.read(defaults, false);
        Grants.read(defaults.key("grant"));
        targets.check(defaults);
        namedIssuers(defaults.key("issuers"));
        requirements(defaults);
        defaults.key("strip-prefix").flag();
        defaults.key("preserve-host").flag();
        timeouts(defaults);
        maxBodyBytes(defaults);
        retries(defaults);
        CorsReader.read(defaults);
        RateLimitReader.check(defaults);
        endsWithToken(defaults);
        defaults.refuseUnknown();
    }

    /** A route that has a path, whatever else is wrong with it, so that conflicts are found; null: it has none. */
    private @Nullable Route route(String name, Section section) {
        Key pathKey = section.key("path");
        pathKey.missing("has no value; say which requests the route takes, such as \"/" + name + "/**\"");
        PathPattern path = path(pathKey);
        Set<String> hosts = hosts(section);
        Set<String> methods = methods(section);
        section.key("upstream").missing("has no value; say where requests go, such as \"http://" + name + "\"");
        Upstream upstream = UpstreamReader.read(section, true);
        Set<Grant> grants = Grants.read(section.key("grant"));
        Map<Grant, ExchangeTarget> wanted = targets.read(section, grants);
        List<Issuer> accepted = accepted(section, grants);
        Requirements requirements = requirements(section);
        refuseRequirementsOfNobody(section, grants, requirements);
        boolean stripPrefix = section.key("strip-prefix").flag();
        boolean preserveHost = section.key("preserve-host").flag();
        RouteTimeouts timeouts = timeouts(section);
        long maxBodyBytes = maxBodyBytes(section);
        int retries = retries(section);
        Cors cors = CorsReader.read(section);
        RateLimit rateLimit = RateLimitReader.read(section, grants);
        boolean endsWithToken = endsWithToken(section);
        if (path == null) {
            return null;
        }
        return new Route(
                name,
                path.declared(),
                hosts,
                methods,
                upstream == null ? NOWHERE : upstream,
                grants,
                wanted,
                accepted,
                requirements,
                stripPrefix,
                preserveHost,
                timeouts,
                maxBodyBytes,
                retries,
                cors,
                rateLimit,
                endsWithToken);
    }

    private static @Nullable PathPattern path(Key key) {
        String text = key.text();
        if (text == null) {
            return null;
        }
        try {
            PathPattern path = PathPattern.parse(text);
            path.segments().stream()
                    .filter(RouteReader::looksLikeParameter)
                    .forEach(segment -> key.warning("takes the segment \"" + segment
                            + "\" to the letter; write * where any one segment may stand"));
            return path;
        } catch (IllegalArgumentException e) {
            key.problem(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** As {@code {id}}, {@code :id} and {@code <id>} are in other programs. */
    private static boolean looksLikeParameter(String segment) {
        return segment.startsWith(":") || segment.startsWith("{") || segment.startsWith("<");
    }

    private static Set<String> hosts(Section section) {
        return HostPattern.read(section.key("hosts"));
    }

    private static Set<String> methods(Section section) {
        return Methods.read(section.key("methods"));
    }

    private List<Issuer> accepted(Section section, Set<Grant> grants) {
        Key key = section.key("issuers");
        if (!key.absent()) {
            List<Issuer> named = namedIssuers(key);
            return grants.contains(Grant.ANONYMOUS) ? List.of() : named;
        }
        if (grants.contains(Grant.ANONYMOUS)) {
            return List.of();
        }
        if (issuers.isEmpty() && !grants.isEmpty() && issuers.named().add(NONE_AT_ALL)) {
            key.missing("there is no issuer whose tokens could be accepted; declare one under gateway.issuers"
                    + issuers.whyEmpty());
        }
        return List.copyOf(issuers.usable().values());
    }

    private List<Issuer> namedIssuers(Key key) {
        if (key.isEmptyList()) {
            key.problem("is empty, so no token could be accepted; leave it out to accept those of every issuer");
        }
        List<Issuer> named = new ArrayList<>();
        for (Key element : key.elements()) {
            String name = element.text();
            Issuer issuer = name == null ? null : issuers.find(name, element, "issuer");
            if (issuer != null && !named.contains(issuer)) {
                named.add(issuer);
            }
        }
        return named;
    }

    private static Requirements requirements(Section section) {
        Section require = section.section("require");
        Requirements read = new Requirements(
                new HashSet<>(require.key("scopes").texts()),
                new HashSet<>(require.key("roles").texts()),
                new HashSet<>(require.key("groups").texts()),
                new HashSet<>(require.key("clients").texts()));
        require.refuseUnknown();
        return read;
    }

    /** Somebody who writes this believes that callers are checked. */
    private static void refuseRequirementsOfNobody(Section section, Set<Grant> grants, Requirements requirements) {
        if (grants.contains(Grant.ANONYMOUS) && section.says("require") && !requirements.equals(Requirements.NONE)) {
            section.problem(
                    "require",
                    "an anonymous route looks at no token, so it can require nothing of one; "
                            + "remove this, or choose another grant");
        }
    }

    private RouteTimeouts timeouts(Section section) {
        Section own = section.section("timeouts").withDefaults(gateway.section("timeouts"));
        RouteTimeouts read = new RouteTimeouts(
                own.key("connect").duration(SettingsReader.MILLISECOND, MAX_TIMEOUT),
                own.key("response").duration(SettingsReader.MILLISECOND, MAX_TIMEOUT),
                own.key("stream-idle").duration(SettingsReader.MILLISECOND, MAX_TIMEOUT));
        own.refuseUnknown();
        return read;
    }

    private long maxBodyBytes(Section section) {
        Section own = section.section("limits").withDefaults(gateway.section("limits"));
        long read = own.key("body").sizeOrUnlimited();
        own.refuseUnknown();
        return read;
    }

    private static int retries(Section section) {
        Section own = section.section("retries");
        int read = own.key("attempts").integer(0, MAX_RETRIES);
        own.refuseUnknown();
        return read;
    }

    private static boolean endsWithToken(Section section) {
        return Choice.of(section.key("at-token-expiry"), AtTokenExpiry.CLOSE) == AtTokenExpiry.CLOSE;
    }
}
