package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway gets outbound tokens: one small file a dialect. It speaks the protocol and keeps no state; what
 * surrounds a call (deadline, retry, cache, single flight) is {@link TokenExchanger}'s.
 */
public interface TokenProvider {
    /** Its name in the configuration. */
    String name();

    /** The {@code client_id} under which the gateway is known there; part of the cache key. */
    String clientId();

    /** What it can be asked for. */
    Set<Grant> grants();

    ProviderLimits limits();

    /**
     * The token request.
     *
     * @param subjectToken the employee's token; null exactly for client credentials
     * @param claims the {@code claims} parameter of a continuous access evaluation; null: none
     */
    Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock);
}
