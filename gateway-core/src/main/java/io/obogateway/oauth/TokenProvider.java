package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway gets outbound tokens: one small file a dialect. It speaks the protocol and keeps no state; what
 * surrounds a call (deadline, retry, cache, single flight) is {@link TokenExchanger}'s. Two that are equal share what is
 * known of their credentials, so an implementation is a record.
 */
public interface TokenProvider {
    /** Its name in the configuration. */
    String name();

    /** The {@code client_id} under which the gateway is known there; part of the cache key. */
    String clientId();

    /** What people are told is the gateway's registration there, within a sentence. */
    default String application() {
        return "the gateway's application " + clientId();
    }

    /** Where it is asked for the gateway's own tokens, and mostly for others too. */
    URI tokenUrl();

    /** What it can be asked for. */
    Set<Grant> grants();

    /** Whether a token is asked for by {@code audience} (RFC 8693), beside or instead of {@code scope}. */
    default boolean takesAudience() {
        return false;
    }

    /** How the gateway proves which client it is: the current credential, then the next one; empty: not at all. */
    default List<ClientAuthentication> credentials() {
        return List.of();
    }

    ProviderLimits limits();

    /** Everything about it that changes its answers; part of the cache key. Credentials do not. */
    default List<String> identity() {
        return List.of(name(), clientId());
    }

    /**
     * The same provider with its next client credential first, to be tried once when it refuses the current one
     * ({@code invalid_client}); null: there is no further one.
     */
    default @Nullable TokenProvider withNextCredential() {
        return null;
    }

    /**
     * Whether {@code invalid_request} means that the subject token was not accepted (RFC 8693, 2.2.2) rather than that the
     * gateway asked wrongly.
     */
    default boolean blamesTokenByInvalidRequest() {
        return false;
    }

    /**
     * The token request.
     *
     * @param subjectToken the employee's token; null exactly for client credentials
     * @param claims the {@code claims} parameter of a continuous access evaluation; null: none
     */
    Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock);
}
