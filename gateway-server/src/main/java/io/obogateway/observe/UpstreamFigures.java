package io.obogateway.observe;

import java.util.Map;

/**
 * How the upstreams fare at one moment.
 *
 * @param connections that are open, by upstream
 * @param inService by address: whether requests are sent to it
 */
public record UpstreamFigures(Map<String, Integer> connections, Map<String, Boolean> inService) {}
