package io.obogateway.proxy;

import io.obogateway.observe.ExchangeFacts;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What every exchange of a gateway shares, from its start to its stop.
 *
 * @param settings those in force; an exchange ends under the ones it began with
 * @param finished told of every exchange that ended, on its event loop
 * @param failures says why upstreams fail
 * @param trustedProxies whose word on where a request comes from is believed
 * @param clock says when inbound tokens expire
 * @param inFlight exchanges that have begun and not ended
 * @param tunnels those of them that are open WebSockets
 * @param draining set once, when no connection is to be kept alive any more
 */
public record ProxyContext(
        Supplier<ProxySettings> settings,
        Consumer<ExchangeFacts> finished,
        FailureLog failures,
        TrustedProxies trustedProxies,
        InstantSource clock,
        AtomicInteger inFlight,
        AtomicInteger tunnels,
        AtomicBoolean draining) {}
