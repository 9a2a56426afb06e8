package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * All calls to one provider: what they share is here (the gate, the slots, which credential it takes), what one of them
 * goes through is a {@link TokenCall}. Safe for all threads.
 */
final class ProviderCalls {
    final TokenProvider provider;
    final ProviderGate gate;
    final CallSlots slots;
    final Backchannel backchannel;
    final Clock clock;
    final ScheduledExecutorService scheduler;
    final CacheLimits cacheLimits;

    private final List<TokenProvider> credentials = new ArrayList<>();
    private final ProviderWarnings warnings;
    private volatile int inUse;
    private volatile @Nullable Rejection rejection;

    /** Every credential was refused; until then nobody tries again. */
    private record Rejection(Failure failure, long until) {}

    /**
     * @param before the calls to the same provider under another configuration, whose gate stays as it is: new credentials
     *     are no reason to disregard a provider's {@code Retry-After}
     */
    ProviderCalls(
            TokenProvider provider,
            @Nullable ProviderCalls before,
            CacheLimits cacheLimits,
            Backchannel backchannel,
            Clock clock,
            ScheduledExecutorService scheduler) {
        ProviderLimits limits = provider.limits();
        this.provider = provider;
        this.gate = before != null && before.provider.limits().equals(limits)
                ? before.gate
                : new ProviderGate(limits, clock);
        this.slots = new CallSlots(limits.maxConcurrent(), limits.maxWaiting(), scheduler);
        this.cacheLimits = cacheLimits;
        this.backchannel = backchannel;
        this.clock = clock;
        this.scheduler = scheduler;
        this.warnings = new ProviderWarnings(provider.name(), clock);
        for (TokenProvider next = provider; next != null; next = next.withNextCredential()) {
            credentials.add(next);
        }
    }

    /** Asks for a token; completes by the provider's timeout, with a value. */
    CompletableFuture<ExchangeOutcome> exchange(ExchangeTarget target, VerifiedToken token, @Nullable String claims) {
        Rejection refused = rejection;
        if (refused != null && clock.millis() < refused.until()) {
            return CompletableFuture.completedFuture(refused.failure());
        }
        return new TokenCall(this, target, token, claims).start();
    }

    List<String> warnings() {
        List<String> all = new ArrayList<>(warnings.current());
        for (ClientAuthentication credential : provider.credentials()) {
            if (credential.warning() != null) {
                all.add("provider " + provider.name() + ": " + credential.warning());
            }
        }
        return all;
    }

    /** The position of the credential that was last accepted. */
    int credentialInUse() {
        return inUse;
    }

    int credentials() {
        return credentials.size();
    }

    TokenProvider withCredential(int position) {
        return credentials.get(position);
    }

    /**
     * The credential that the next request will use, its files looked at anew; null for a provider that needs none.
     *
     * @param maxAge how long ago they may have been looked at
     */
    CompletableFuture<@Nullable ClientAuthentication> refreshed(int position, Duration maxAge) {
        List<ClientAuthentication> from = credentials.get(position).credentials();
        return from.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : from.get(0).refreshed(clock, maxAge).thenApply(credential -> credential);
    }

    /** The provider gave a token for this credential. */
    void accepted(int position, ExchangeTarget target) {
        rejection = null;
        inUse = position;
        warnings.accepted(target, position > 0);
    }

    /** The provider gave no answer of use, in all the tries that a request has. */
    void troubled(String why) {
        warnings.troubled(why);
    }

    /** The provider refuses the gateway, whoever asks. */
    void rejected(ExchangeTarget target, Failure failure, boolean credential) {
        if (credential) {
            rejection = new Rejection(
                    failure, clock.millis() + cacheLimits.failureTtl().toMillis());
        }
        warnings.rejected(target, failure.refusal(), credential);
    }
}
