package io.obogateway.route;

import java.time.Duration;

/**
 * The deadlines of one route towards its upstream.
 *
 * @param connect until the connection stands
 * @param response from the request's last byte until the response head
 * @param streamIdle without a byte either way once the response has begun
 */
public record RouteTimeouts(Duration connect, Duration response, Duration streamIdle) {}
