package io.obogateway.route;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The downstream API behind a route: one or several addresses of the same service.
 *
 * @param urls not empty; each has scheme {@code http} or {@code https}, host, port, and a path that is put before the
 *     request's (often none); scheme and path are the same in all
 * @param balance how one of several addresses is chosen
 * @param protocol what is spoken with it
 * @param tls what is particular about TLS to it; null: nothing
 * @param health how it is asked whether it works; null: it is not asked
 * @param maxConnections to all its addresses together; 0: unlimited
 * @param useOutboundProxy it is reached through the outbound proxy, where there is one and it covers the host
 */
public record Upstream(
        List<URI> urls,
        Balance balance,
        Protocol protocol,
        @Nullable UpstreamTls tls,
        @Nullable HealthCheck health,
        int maxConnections,
        boolean useOutboundProxy) {

    /** How one of several addresses is chosen for a request. */
    public enum Balance {
        /** Of two that are picked at random, the one with fewer requests under way. */
        LEAST_REQUEST,
        /** One after the other. */
        ROUND_ROBIN
    }

    /** What is spoken with an upstream. */
    public enum Protocol {
        HTTP1,
        /** By ALPN over TLS, else with prior knowledge (RFC 9113, 3.3). */
        HTTP2
    }

    public Upstream {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("an upstream has one address at least");
        }
    }

    /** One with nothing particular about it. */
    public Upstream(URI url, boolean useOutboundProxy) {
        this(List.of(url), Balance.LEAST_REQUEST, Protocol.HTTP1, null, null, 0, useOutboundProxy);
    }

    /** One that is reached directly. */
    public Upstream(URI url) {
        this(url, false);
    }

    /** The first address; its scheme and path are those of all. */
    public URI url() {
        return urls.get(0);
    }
}
