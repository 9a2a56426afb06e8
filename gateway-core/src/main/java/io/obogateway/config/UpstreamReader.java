package io.obogateway.config;

import io.obogateway.route.HealthCheck;
import io.obogateway.route.Upstream;
import io.obogateway.route.UpstreamTls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads where a route sends its requests: a URL, a list of them, or a block that says more. */
final class UpstreamReader {
    private static final int MAX_CONNECTIONS = 1_000_000;

    private UpstreamReader() {}

    /**
     * Null: none is named, or a problem was reported.
     *
     * @param whole whether this is a route, which must name one; {@code route-defaults} need not
     */
    static @Nullable Upstream read(Section route, boolean whole) {
        Key upstream = route.key("upstream");
        Section block = route.sectionIfAny("upstream");
        List<URI> urls = urls(upstream.isBlock() ? inBlock(block, whole) : upstream);
        URI first = urls.isEmpty() ? null : urls.get(0);
        String plain = first == null || first.getScheme().equals("https") ? null : first.toString();
        Upstream.Balance balance = Choice.of(block.key("balance"), Upstream.Balance.LEAST_REQUEST);
        Upstream.Protocol protocol = Choice.of(block.key("protocol"), Upstream.Protocol.HTTP1);
        UpstreamTls tls = UpstreamTlsReader.read(block, plain);
        HealthCheck health = HealthReader.read(block, whole);
        int maxConnections = block.key("max-connections").integer(0, MAX_CONNECTIONS, 0);
        boolean useOutboundProxy = !block.key("use-outbound-proxy").absent()
                && block.key("use-outbound-proxy").flag();
        if (useOutboundProxy && protocol == Upstream.Protocol.HTTP2 && plain != null) {
            block.problem(
                    "protocol",
                    "http2 cannot be spoken with \"" + plain + "\" through the outbound proxy, which forwards plain"
                            + " requests itself, in HTTP/1.1; write https, or remove this");
        }
        block.refuseUnknown();
        return first == null
                ? null
                : new Upstream(urls, balance, protocol, tls, health, maxConnections, useOutboundProxy);
    }

    /** The key that names it. What the block says itself counts over the other of the two in {@code route-defaults}. */
    private static Key inBlock(Section block, boolean whole) {
        Key url = block.key("url");
        Key urls = block.key("urls");
        boolean one = !url.absent() && (block.says("url") || !block.says("urls"));
        boolean several = !urls.absent() && (block.says("urls") || !block.says("url"));
        if (one && several) {
            urls.problem("cannot stand beside url; remove one of them");
        }
        if (!one && !several && whole) {
            url.missing("has no value; say where requests go, such as \"http://people-api.hr\"");
        }
        return several ? urls : url;
    }

    /** Empty: the key names none, or a problem was reported. */
    private static List<URI> urls(Key key) {
        if (key.isEmptyList()) {
            key.problem("is empty; give one URL at least");
        }
        List<URI> urls = new ArrayList<>();
        boolean wrong = false;
        for (Key named : key.isList() ? key.elements() : List.of(key)) {
            URI url = Urls.upstream(named);
            String problem = url == null ? null : problem(url, urls);
            if (problem != null) {
                named.problem(problem);
            }
            if (url == null || problem != null) {
                wrong = true;
            } else {
                urls.add(url);
            }
        }
        return wrong ? List.of() : urls;
    }

    /** What is wrong with a URL beside those before it: a route's upstreams are one service. */
    private static @Nullable String problem(URI url, List<URI> before) {
        for (URI other : before) {
            if (!url.getScheme().equals(other.getScheme())) {
                return "must begin with " + other.getScheme() + ":// as the first one does, not \"" + url + "\"";
            }
            if (!Objects.equals(url.getRawPath(), other.getRawPath())) {
                return "must have the path of the first one, " + shown(other.getRawPath()) + ", not \"" + url
                        + "\"; what differs in path belongs to another route";
            }
            if (url.getHost().equals(other.getHost()) && Urls.port(url) == Urls.port(other)) {
                return "\"" + url + "\" is there twice; remove one of them";
            }
        }
        return null;
    }

    private static String shown(@Nullable String path) {
        return path == null || path.isEmpty() ? "which has none" : "\"" + path + "\"";
    }
}
