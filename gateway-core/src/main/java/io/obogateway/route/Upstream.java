package io.obogateway.route;

import java.net.URI;

/**
 * The downstream API behind a route.
 *
 * @param url scheme {@code http} or {@code https}, host, port, and a path that is put before the request's (often none)
 * @param useOutboundProxy it is reached through the outbound proxy, where there is one and it covers the host
 */
public record Upstream(URI url, boolean useOutboundProxy) {
    /** One that is reached directly. */
    public Upstream(URI url) {
        this(url, false);
    }
}
