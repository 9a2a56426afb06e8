package io.obogateway.proxy;

import io.obogateway.access.Authorizer;
import io.obogateway.http.OutboundProxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about exchanges.
 *
 * @param authorizer the policy
 * @param maxInFlight exchanges at once; further ones are refused
 * @param decisionTimeout a bound on the policy as a whole; its parts have their own, shorter ones
 * @param replayBodyBytes how much of a request's content is held until its response begins
 * @param outboundProxy for upstreams that ask for it; null: none
 */
public record ProxySettings(
        Authorizer authorizer,
        int maxInFlight,
        Duration decisionTimeout,
        int replayBodyBytes,
        @Nullable OutboundProxy outboundProxy) {}
