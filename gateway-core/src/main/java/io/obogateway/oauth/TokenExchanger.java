package io.obogateway.oauth;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.error.Refusal.ClaimsChallenge;
import io.obogateway.http.Backchannel;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired.Outcome;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The outbound token for an inbound one: from the cache, from a token request that is already under way, or from one of
 * its own. Safe for all threads; blocks none.
 */
public final class TokenExchanger implements AutoCloseable {
    /*
     * One exchange for all who want the same. Whoever comes first puts a future into `underWay` and asks the provider;
     * the others find it there. Each caller gets a future of its own that follows the shared one, so that a caller who
     * leaves cancels nobody. The outcome goes into the cache before the future leaves `underWay`, and whoever puts a
     * future in looks into the cache once more: between the two there is no moment at which a second exchange begins.
     */
    private final ConcurrentMap<ExchangeKey, CompletableFuture<ExchangeOutcome>> underWay = new ConcurrentHashMap<>();
    /* By identity; as many as the configuration, with its reloads, has declared. */
    private final ConcurrentMap<List<String>, ProviderCalls> providers = new ConcurrentHashMap<>();

    private final TokenCache cache;
    private final CacheLimits limits;
    private final Backchannel backchannel;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final Function<VerifiedToken, @Nullable String> authorizationUris;

    /**
     * @param scheduler for waiting; its threads are never blocked
     * @param authorizationUris where a client sends the user of a token to meet a claims challenge; null: not known
     */
    public TokenExchanger(
            CacheLimits limits,
            Backchannel backchannel,
            Clock clock,
            ScheduledExecutorService scheduler,
            Function<VerifiedToken, @Nullable String> authorizationUris) {
        this.cache = new TokenCache(limits, clock);
        this.limits = limits;
        this.backchannel = backchannel;
        this.clock = clock;
        this.scheduler = scheduler;
        this.authorizationUris = authorizationUris;
    }

    /**
     * The token for a target. The future is already complete on a cache hit, and then shared: do not complete it; otherwise
     * it completes on any thread by the provider's timeout. It fails with a {@link GatewayException}.
     */
    public CompletableFuture<Acquired> acquire(VerifiedToken token, ExchangeTarget target) {
        ExchangeKey key = ExchangeKey.of(token, target);
        long now = clock.millis();
        CachedToken cached = cache.usable(key, now);
        if (cached == null) {
            return exchange(key, key, token, target, null);
        }
        if (cached.claimRenewal(now)) {
            share(key, key, token, target, null, false);
            return CompletableFuture.completedFuture(cached.as(Outcome.RENEWED));
        }
        return cached.hit();
    }

    /**
     * A token that meets an upstream's claims challenge: the cached one is dropped, the provider is asked with {@code
     * claims}, and its answer is from then on the token for the target.
     *
     * @param claims JSON
     */
    public CompletableFuture<Acquired> acquire(VerifiedToken token, ExchangeTarget target, String claims) {
        ExchangeKey key = ExchangeKey.of(token, target);
        cache.drop(key);
        return exchange(key.withClaims(claims), key, token, target, claims);
    }

    /** Forgets the token for a target, after the upstream has refused it with a plain 401. */
    public void drop(VerifiedToken token, ExchangeTarget target) {
        cache.drop(ExchangeKey.of(token, target));
    }

    /**
     * An upstream's claims challenge as our own, for a request that cannot be sent again: towards the client it is our
     * issuer that asks. The token for the target is forgotten.
     *
     * @param claims minified JSON
     */
    public Refusal passOn(VerifiedToken token, ExchangeTarget target, String claims) {
        drop(token, target);
        return Refusal.of(ErrorCode.CLAIMS_CHALLENGE, "The service behind this route asks for more from the user")
                .withRemedy(
                        "Send the user to the authorization endpoint with the given claims, then call again with the"
                                + " new token.")
                .withChallenge(challenge(token, claims));
    }

    /** What an operator has to put right, one sentence each; none: empty. */
    public List<String> warnings() {
        return providers.values().stream()
                .flatMap(calls -> calls.warnings().stream())
                .sorted()
                .toList();
    }

    /** Forgets all tokens. What is under way still completes. */
    @Override
    public void close() {
        cache.clear();
    }

    private CompletableFuture<Acquired> exchange(
            ExchangeKey key, ExchangeKey keepAs, VerifiedToken token, ExchangeTarget target, @Nullable String claims) {
        Failure remembered = cache.remembered(key);
        if (remembered != null) {
            CachedToken old = remembered.isCallers() ? null : cache.unexpired(key);
            return old == null ? CompletableFuture.failedFuture(refusal(remembered, token)) : old.hit();
        }
        return share(key, keepAs, token, target, claims, true);
    }

    /**
     * @param key what is asked
     * @param keepAs what a token is cached as
     */
    private CompletableFuture<Acquired> share(
            ExchangeKey key,
            ExchangeKey keepAs,
            VerifiedToken token,
            ExchangeTarget target,
            @Nullable String claims,
            boolean cachedWillDo) {
        CompletableFuture<ExchangeOutcome> mine = new CompletableFuture<>();
        CompletableFuture<ExchangeOutcome> others = underWay.putIfAbsent(key, mine);
        CompletableFuture<Acquired> answer =
                answerTo(token, others == null ? mine : others, others == null ? Outcome.MISS : Outcome.SHARED);
        if (others == null) {
            ask(key, keepAs, token, target, claims, cachedWillDo)
                    .whenComplete((outcome, bug) -> land(key, keepAs, mine, outcome, bug));
        }
        return answer;
    }

    private CompletableFuture<ExchangeOutcome> ask(
            ExchangeKey key,
            ExchangeKey keepAs,
            VerifiedToken token,
            ExchangeTarget target,
            @Nullable String claims,
            boolean cachedWillDo) {
        ExchangeOutcome known = cachedWillDo && claims == null ? cache.usable(keepAs, clock.millis()) : null;
        if (known == null && cachedWillDo) {
            known = cache.remembered(key);
        }
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        try {
            return callsTo(target.provider()).exchange(target, token, claims);
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void land(
            ExchangeKey key,
            ExchangeKey keepAs,
            CompletableFuture<ExchangeOutcome> waitedFor,
            @Nullable ExchangeOutcome outcome,
            @Nullable Throwable bug) {
        ExchangeOutcome result = outcome;
        Throwable failure = bug;
        try {
            if (result instanceof CachedToken fresh) {
                cache.keep(keepAs, fresh);
            } else if (result instanceof Failure refused) {
                cache.remember(key, refused);
                CachedToken old = refused.isCallers() ? null : cache.unexpired(key);
                result = old == null ? refused : old;
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            underWay.remove(key, waitedFor);
        }
        if (result == null || failure != null) {
            waitedFor.completeExceptionally(failure == null ? new IllegalStateException("no outcome") : failure);
        } else {
            waitedFor.complete(result);
        }
    }

    private CompletableFuture<Acquired> answerTo(
            VerifiedToken token, CompletableFuture<ExchangeOutcome> shared, Outcome how) {
        CompletableFuture<Acquired> answer = new CompletableFuture<>();
        shared.whenComplete((outcome, bug) -> {
            if (outcome instanceof CachedToken acquired) {
                answer.complete(acquired.as(how));
            } else if (outcome instanceof Failure failure) {
                answer.completeExceptionally(refusal(failure, token));
            } else {
                answer.completeExceptionally(bug == null ? new IllegalStateException("no outcome") : bug);
            }
        });
        return answer;
    }

    /** The challenge is made for the caller: its tenant and its issuer, not those of whoever asked first. */
    private GatewayException refusal(Failure failure, VerifiedToken token) {
        Refusal refusal = failure.refusal();
        if (failure.claims() == null) {
            return new GatewayException(refusal);
        }
        return new GatewayException(refusal.withChallenge(challenge(token, failure.claims())));
    }

    private ClaimsChallenge challenge(VerifiedToken token, String claims) {
        String realm = token.tenant() == null ? "" : token.tenant();
        return new ClaimsChallenge(realm, authorizationUris.apply(token), claims);
    }

    private ProviderCalls callsTo(TokenProvider provider) {
        return providers.compute(
                provider.identity(),
                (identity, known) -> known != null && known.provider.equals(provider)
                        ? known
                        : new ProviderCalls(provider, known, limits, backchannel, clock, scheduler));
    }
}
