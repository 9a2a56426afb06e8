package io.obogateway.route;

import java.time.Duration;

/**
 * How an upstream's addresses are asked whether they work: a GET without a token, answered with 2xx.
 *
 * @param path in origin form
 * @param interval between two questions to one address
 * @param timeout until the answer
 */
public record HealthCheck(String path, Duration interval, Duration timeout) {}
