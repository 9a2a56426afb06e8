package io.obogateway.access;

import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestHead;
import io.obogateway.http.RequestPath;
import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.TokenExchanger;
import io.obogateway.route.Match;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policy: turns a request head into a {@link Decision}. This is the only place where the order of the steps is
 * written, and the order is a security property. Safe for all threads; blocks none.
 */
public final class Authorizer {
    private final RouteTable routes;
    private final TokenVerifier verifier;
    private final TokenExchanger exchanger;
    private final RateLimits rateLimits;

    /**
     * @param rateLimits the counts so far; of the authorizer before this one, if there was one
     */
    public Authorizer(RouteTable routes, TokenVerifier verifier, TokenExchanger exchanger, RateLimits rateLimits) {
        this.routes = routes;
        this.verifier = verifier;
        this.exchanger = exchanger;
        this.rateLimits = rateLimits;
    }

    /**
     * Decides about a request.
     *
     * @return never fails; already complete unless a key or a token has to be fetched, and then completed by any thread
     */
    public CompletableFuture<Decision> authorize(RequestHead head) {
        Attempt attempt = new Attempt();
        try {
            CompletableFuture<Decision> decision = decide(head, attempt);
            return decision.isDone() && !decision.isCompletedExceptionally()
                    ? decision
                    : decision.exceptionally(attempt::reject);
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.completedFuture(attempt.reject(failure));
        }
    }

    /** Forgets the outbound token of a request that the upstream answered with 401; the next one gets a new token. */
    public void upstreamRefused(Decision.Forward forwarded) {
        ExchangeTarget target = forwarded.route().targets().get(forwarded.grant());
        VerifiedToken subject = forwarded.subject();
        if (target != null && subject != null) {
            exchanger.drop(subject, target);
        }
    }

    /**
     * Decides anew about a request that its upstream answered with a claims challenge (continuous access evaluation): with
     * a token for which the provider was shown the claims, or with the provider's refusal.
     *
     * @param claims minified JSON
     * @return never fails; completed by any thread
     */
    public CompletableFuture<Decision> challenged(Decision.Forward forwarded, String claims) {
        ExchangeTarget target = forwarded.route().targets().get(forwarded.grant());
        VerifiedToken subject = forwarded.subject();
        Attempt attempt = new Attempt();
        attempt.takenBy(forwarded.route());
        if (target == null || subject == null) {
            return CompletableFuture.completedFuture(
                    attempt.reject(new IllegalStateException("no token of ours was challenged")));
        }
        attempt.vouchedFor(subject);
        attempt.countedAlready(forwarded.quota());
        return exchanger
                .acquire(subject, target, claims)
                .thenCompose(acquired -> attempt.forwardWith(forwarded.grant(), forwarded.target(), acquired))
                .exceptionally(attempt::reject);
    }

    /**
     * The refusal for a request that its upstream answered with a claims challenge and that cannot be sent again.
     *
     * @param claims minified JSON
     */
    public Refusal passOn(Decision.Forward forwarded, String claims) {
        ExchangeTarget target = forwarded.route().targets().get(forwarded.grant());
        VerifiedToken subject = forwarded.subject();
        if (target == null || subject == null) {
            throw new IllegalStateException("no token of ours was challenged");
        }
        return exchanger.passOn(subject, target, claims);
    }

    private CompletableFuture<Decision> decide(RequestHead head, Attempt attempt) {
        CarriedMethods.check(head.method());
        RequestPath path = RequestPath.parse(head.target());
        if (head.method().equals("OPTIONS")) {
            Decision.Preflight preflight = PreflightRequest.answer(head, path, routes, attempt);
            if (preflight != null) {
                return CompletableFuture.completedFuture(preflight);
            }
        }
        Match.Taken taken = routes.match(head.method(), head.host(), path).taken();
        Route route = attempt.takenBy(taken.route());
        String target = taken.upstreamTarget().of(path);
        if (route.grants().contains(Grant.ANONYMOUS)) {
            attempt.counted(rateLimits.count(route, head));
            return attempt.forward(Grant.ANONYMOUS, target, null);
        }
        String address = RateLimits.address(route, head);
        BearerToken bearer = BearerToken.from(head);
        return then(verifier.verify(bearer, route.issuers()), token -> {
            attempt.vouchedFor(token);
            Grant grant = GrantChoice.of(route, token);
            route.requirements().admit(token);
            attempt.counted(rateLimits.count(route, token, address));
            return grant == Grant.PASS_THROUGH
                    ? attempt.forward(grant, target, "Bearer " + token.value())
                    : acquire(token, route, grant, target, attempt);
        });
    }

    private CompletableFuture<Decision> acquire(
            VerifiedToken token, Route route, Grant grant, String target, Attempt attempt) {
        ExchangeTarget wanted = route.targets().get(grant);
        if (wanted == null) {
            throw new IllegalStateException("route " + route.name() + " has no target for " + grant.configName());
        }
        return then(exchanger.acquire(token, wanted), acquired -> attempt.forwardWith(grant, target, acquired));
    }

    /** Goes on at once where there is nothing to wait for, so that a warm request stays on its thread. */
    private static <T> CompletableFuture<Decision> then(
            CompletableFuture<T> step, Function<T, CompletableFuture<Decision>> next) {
        if (!step.isDone()) {
            return step.thenCompose(next);
        }
        if (!step.isCompletedExceptionally()) {
            return next.apply(step.join());
        }
        // join() would wrap the refusal into an exception with a stack trace, once for every request of a flood
        Throwable failure =
                step.<@Nullable Throwable>handle((value, thrown) -> thrown).join();
        throw failure instanceof GatewayException expected ? expected : new CompletionException(failure);
    }
}
