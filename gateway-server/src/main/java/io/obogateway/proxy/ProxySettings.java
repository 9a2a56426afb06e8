package io.obogateway.proxy;

import io.obogateway.access.Authorizer;
import io.obogateway.upstream.UpstreamGroups;
import java.time.Duration;

/**
 * What a configuration says about exchanges.
 *
 * @param authorizer the policy
 * @param maxInFlight exchanges at once; further ones are refused
 * @param decisionTimeout a bound on the policy as a whole; its parts have their own, shorter ones
 * @param replayBodyBytes how much of a request's content is held until its response begins
 * @param upstreams of the routes
 */
public record ProxySettings(
        Authorizer authorizer,
        int maxInFlight,
        Duration decisionTimeout,
        int replayBodyBytes,
        UpstreamGroups upstreams) {}
