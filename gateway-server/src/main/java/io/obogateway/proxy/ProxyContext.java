package io.obogateway.proxy;

import io.obogateway.access.Authorizer;
import io.obogateway.http.OutboundProxy;
import io.obogateway.observe.ExchangeFacts;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every exchange of a gateway shares.
 *
 * @param authorizer the policy in force when an exchange begins
 * @param finished told of every exchange that ended, on its event loop
 * @param failures says why upstreams fail
 * @param maxInFlight exchanges at once; further ones are refused
 * @param decisionTimeout a bound on the policy as a whole; its parts have their own, shorter ones
 * @param replayBodyBytes how much of a request's content is held until its response begins
 * @param outboundProxy for upstreams that ask for it; null: none
 * @param inFlight exchanges that have begun and not ended
 * @param draining set once, when no connection is to be kept alive any more
 */
public record ProxyContext(
        Supplier<Authorizer> authorizer,
        Consumer<ExchangeFacts> finished,
        FailureLog failures,
        int maxInFlight,
        Duration decisionTimeout,
        int replayBodyBytes,
        @Nullable OutboundProxy outboundProxy,
        AtomicInteger inFlight,
        AtomicBoolean draining) {}
