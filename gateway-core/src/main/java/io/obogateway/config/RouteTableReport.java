package io.obogateway.config;

import io.obogateway.http.OutboundProxy;
import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenProvider;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Route;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code gateway check} prints of a valid configuration: routes, issuers, providers, the listener; secrets as
 * {@code ***}.
 */
public final class RouteTableReport {
    private static final String NONE = "-";

    private RouteTableReport() {}

    /** Several lines, each ended by a line feed. */
    public static String render(GatewayConfig config) {
        StringBuilder text = new StringBuilder();
        if (config.routes().isEmpty()) {
            text.append("No routes: every request will get 404 (no_route). ")
                    .append("Declare one under gateway.routes, such as config/routes/example.conf shows.\n");
        } else {
            text.append("Routes (").append(config.routes().size()).append("); the most specific one takes a request\n");
            routes(config).appendTo(text);
            RouteSettings.appendTo(text, config.routes());
        }
        text.append("\nIssuers (").append(config.issuers().size()).append("): whose tokens are accepted\n");
        if (!config.issuers().isEmpty()) {
            issuers(config.issuers().values()).appendTo(text);
        }
        text.append("\nProviders (").append(config.providers().size()).append("): where outbound tokens come from\n");
        if (!config.providers().isEmpty()) {
            providers(config.providers().values()).appendTo(text);
        }
        if (config.outboundProxy() != null) {
            text.append("\nOutbound proxy: ")
                    .append(config.outboundProxy())
                    .append(without(config.outboundProxy(), config))
                    .append('\n');
        }
        if (!config.trustedCertificates().isEmpty()) {
            text.append("\nTrusted beside the JVM's certificates: ")
                    .append(joined(config.trustedCertificates().stream().map(Path::toString)))
                    .append('\n');
        }
        ListenReport.appendTo(text, config);
        return text.toString();
    }

    private static TextTable routes(GatewayConfig config) {
        boolean limited = config.routes().stream().anyMatch(route -> route.rateLimit() != null);
        boolean shared = config.routes().stream().anyMatch(route -> route.cors() != null);
        List<String> heading =
                new ArrayList<>(List.of("NAME", "HOSTS", "METHODS", "PATH", "GRANT", "SCOPE", "PROVIDER", "ISSUERS"));
        addIf(limited, heading, "RATE LIMIT");
        addIf(shared, heading, "CORS");
        heading.add("UPSTREAM");
        TextTable table = new TextTable(heading.toArray(String[]::new));
        for (Route route : config.routes()) {
            Collection<ExchangeTarget> targets = route.targets().values();
            List<String> row = new ArrayList<>(List.of(
                    route.name(),
                    anyOr(route.hosts()),
                    anyOr(route.methods()),
                    route.path(),
                    joined(route.grants().stream().sorted().map(Grant::configName)),
                    joined(targets.stream().map(RouteTableReport::wanted)),
                    joined(targets.stream().map(target -> target.provider().name())),
                    joined(route.issuers().stream().map(Issuer::name))));
            addIf(limited, row, rateLimit(route.rateLimit()));
            addIf(shared, row, route.cors() == null ? NONE : anyOr(route.cors().origins()));
            row.add(upstream(route.upstream(), config.outboundProxy()));
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    /** A column that says nothing of any route is left out. */
    private static void addIf(boolean wanted, List<String> cells, String cell) {
        if (wanted) {
            cells.add(cell);
        }
    }

    private static String rateLimit(@Nullable RateLimit limit) {
        return limit == null
                ? NONE
                : limit.requests() + " in " + Durations.text(limit.per()) + " per " + Choice.word(limit.key());
    }

    private static String upstream(Upstream upstream, @Nullable OutboundProxy proxy) {
        List<String> notes = new ArrayList<>();
        addIf(upstream.protocol() == Upstream.Protocol.HTTP2, notes, "http2");
        addIf(
                upstream.balance() == Upstream.Balance.ROUND_ROBIN
                        && upstream.urls().size() > 1,
                notes,
                "round-robin");
        boolean proxied = proxy != null
                && upstream.useOutboundProxy()
                && upstream.urls().stream().anyMatch(url -> covers(proxy, url));
        addIf(proxied, notes, "by the proxy");
        return joined(upstream.urls().stream().map(URI::toString))
                + (notes.isEmpty() ? "" : " (" + String.join(", ", notes) + ")");
    }

    /** Who is reached directly although there is a proxy; an upstream's row says it where the proxy is used. */
    private static String without(OutboundProxy proxy, GatewayConfig config) {
        List<String> direct = new ArrayList<>();
        for (Issuer issuer : config.issuers().values()) {
            URI keys = issuer.jwksUrl() == null ? issuer.discoveryUrl() : issuer.jwksUrl();
            addIf(keys != null && !covers(proxy, keys), direct, "issuer " + issuer.name());
        }
        for (TokenProvider provider : config.providers().values()) {
            addIf(!covers(proxy, provider.tokenUrl()), direct, "provider " + provider.name());
        }
        return direct.isEmpty() ? "" : " (not for " + String.join(", ", direct) + ")";
    }

    private static boolean covers(OutboundProxy proxy, URI url) {
        return proxy.covers(url.getHost(), Urls.port(url));
    }

    private static TextTable issuers(Collection<Issuer> issuers) {
        TextTable table = new TextTable(
                "NAME", "ISSUER", "KEYS FROM", "AUDIENCES", "ALGORITHMS", "TENANTS", "VERSIONS", "CLIENTS");
        for (Issuer issuer : issuers) {
            URI keys = issuer.jwksUrl() == null ? issuer.discoveryUrl() : issuer.jwksUrl();
            table.row(
                    issuer.name(),
                    issuer.issuer() == null ? "as discovered" : issuer.issuer(),
                    keys == null ? NONE : keys.toString(),
                    anyOr(issuer.audiences()),
                    anyOr(issuer.algorithms()),
                    anyOr(issuer.tenants()),
                    anyOr(issuer.tokenVersions()),
                    anyOr(issuer.clients()));
        }
        return table;
    }

    private static TextTable providers(Collection<TokenProvider> providers) {
        TextTable table = new TextTable("NAME", "TOKEN URL", "CLIENT", "CREDENTIALS", "TIMEOUT", "RETRIES", "BREAKER");
        for (TokenProvider provider : providers) {
            ProviderLimits limits = provider.limits();
            table.row(
                    provider.name(),
                    provider.tokenUrl().toString(),
                    provider.clientId(),
                    credentials(provider.credentials()),
                    Durations.text(limits.timeout()),
                    Integer.toString(limits.retries()),
                    limits.breakerFailures() == 0
                            ? "never"
                            : limits.breakerFailures() + " for " + Durations.text(limits.breakerOpenFor()));
        }
        return table;
    }

    private static String credentials(List<ClientAuthentication> credentials) {
        if (credentials.isEmpty()) {
            return NONE;
        }
        return credentials.get(0).method() + " ***" + (credentials.size() > 1 ? ", next ***" : "");
    }

    private static String wanted(ExchangeTarget target) {
        String scope = target.scope() == null ? "" : target.scope();
        String audience = target.audience() == null ? "" : "audience=" + target.audience();
        return (scope + " " + audience).strip();
    }

    private static String anyOr(Set<String> values) {
        return values.isEmpty() ? "any" : String.join(",", new TreeSet<>(values));
    }

    private static String joined(Stream<String> values) {
        String text = values.distinct().collect(Collectors.joining(","));
        return text.isEmpty() ? NONE : text;
    }
}
