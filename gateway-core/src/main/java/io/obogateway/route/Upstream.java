package io.obogateway.route;

import java.net.URI;

/**
 * The downstream API behind a route.
 *
 * @param url scheme {@code http} or {@code https}, host, port, and a path that is put before the request's (often none)
 */
public record Upstream(URI url) {}
