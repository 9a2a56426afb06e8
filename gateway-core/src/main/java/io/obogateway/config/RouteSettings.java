package io.obogateway.config;

import io.obogateway.route.HealthCheck;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.Upstream;
import io.obogateway.route.UpstreamTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What routes are set to beyond the columns of their table, in the keys of the configuration: first what holds for most of
 * them, then, for each that differs, its own.
 */
final class RouteSettings {
    private static final String MOST = "(most)";

    private final Map<String, String> own = new LinkedHashMap<>();

    private RouteSettings() {}

    static void appendTo(StringBuilder text, List<Route> routes) {
        int width = MOST.length();
        for (Route route : routes) {
            width = Math.max(width, route.name().length());
        }
        Map<String, String> usual = usual(routes);
        text.append("\nSettings of the routes; one that is not listed has those of most\n");
        line(text, width, MOST, usual);
        for (Route route : routes) {
            Map<String, String> own = bounds(route);
            own.entrySet().removeAll(usual.entrySet());
            own.putAll(particulars(route));
            if (!own.isEmpty()) {
                line(text, width, route.name(), own);
            }
        }
    }

    private static void line(StringBuilder text, int width, String name, Map<String, String> settings) {
        List<String> said = new ArrayList<>();
        settings.forEach((key, value) -> said.add(key + " = " + value));
        text.append("  ")
                .append(name)
                .append(" ".repeat(width - name.length() + 2))
                .append(String.join(", ", said))
                .append('\n');
    }

    /** Of each setting that every route has: the value that most have, of several the first. */
    private static Map<String, String> usual(List<Route> routes) {
        Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
        for (Route route : routes) {
            bounds(route)
                    .forEach((key, value) -> counts.computeIfAbsent(key, any -> new LinkedHashMap<>())
                            .merge(value, 1, Integer::sum));
        }
        Map<String, String> usual = new LinkedHashMap<>();
        counts.forEach((key, values) -> {
            int most =
                    values.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            values.forEach((value, count) -> {
                if (count == most) {
                    usual.putIfAbsent(key, value);
                }
            });
        });
        return usual;
    }

    private static Map<String, String> bounds(Route route) {
        RouteSettings settings = new RouteSettings();
        settings.add("timeouts.connect", Durations.text(route.timeouts().connect()));
        settings.add("timeouts.response", Durations.text(route.timeouts().response()));
        settings.add("timeouts.stream-idle", Durations.text(route.timeouts().streamIdle()));
        settings.add("limits.body", Sizes.text(route.maxBodyBytes()));
        settings.add("retries.attempts", Integer.toString(route.retries()));
        return settings.own;
    }

    private static Map<String, String> particulars(Route route) {
        RouteSettings settings = new RouteSettings();
        Requirements require = route.requirements();
        settings.add("require.scopes", require.scopes());
        settings.add("require.roles", require.roles());
        settings.add("require.groups", require.groups());
        settings.add("require.clients", require.clients());
        settings.addIf(route.stripPrefix(), "strip-prefix", "true");
        settings.addIf(route.preserveHost(), "preserve-host", "true");
        settings.addIf(!route.endsWithToken(), "at-token-expiry", "keep");
        settings.addUpstream(route.upstream());
        return settings.own;
    }

    private void addUpstream(Upstream upstream) {
        addIf(upstream.maxConnections() > 0, "upstream.max-connections", Integer.toString(upstream.maxConnections()));
        HealthCheck health = upstream.health();
        if (health != null) {
            add(
                    "upstream.health",
                    "{ path = " + health.path() + ", interval = " + Durations.text(health.interval()) + ", timeout = "
                            + Durations.text(health.timeout()) + " }");
        }
        UpstreamTls tls = upstream.tls();
        if (tls != null) {
            add("upstream.tls.ca-file", tls.caFile());
            add("upstream.tls.certificate-file", tls.certificateFile());
            String name = tls.serverName();
            addIf(name != null, "upstream.tls.server-name", String.valueOf(name));
        }
    }

    private void add(String key, String value) {
        own.put(key, value);
    }

    private void addIf(boolean there, String key, String value) {
        if (there) {
            add(key, value);
        }
    }

    private void add(String key, @Nullable Path file) {
        if (file != null) {
            add(key, file.toString());
        }
    }

    private void add(String key, Set<String> values) {
        addIf(!values.isEmpty(), key, "[" + String.join(", ", new TreeSet<>(values)) + "]");
    }
}
