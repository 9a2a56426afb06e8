package io.obogateway.access;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Route;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known about one request so far, so that a decision can say it whenever it falls. Used by one step after the
 * other; the futures between them carry its fields from thread to thread.
 */
final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Authorizer.class);
    private static final Refusal INTERNAL =
            Refusal.of(ErrorCode.INTERNAL, "The gateway failed while it decided about the request; its log says why");

    private @Nullable Route route;
    private @Nullable VerifiedToken subject;
    private @Nullable Quota quota;

    Route takenBy(Route taking) {
        route = taking;
        return taking;
    }

    void vouchedFor(VerifiedToken token) {
        subject = token;
    }

    /**
     * @param left null: nothing was counted
     * @throws GatewayException {@link ErrorCode#RATE_LIMITED}
     */
    void counted(@Nullable Quota left) {
        quota = left;
        if (left != null) {
            left.check();
        }
    }

    /** It is the same request as one that was counted. */
    void countedAlready(@Nullable Quota left) {
        quota = left;
    }

    private @Nullable String client() {
        return subject == null ? null : subject.client();
    }

    CompletableFuture<Decision> forwardWith(Grant grant, String target, Acquired acquired) {
        return forward(grant, target, acquired.token().authorization(), acquired.outcome());
    }

    /** Forwards without having acquired a token. */
    CompletableFuture<Decision> forward(Grant grant, String target, @Nullable String authorization) {
        return forward(grant, target, authorization, null);
    }

    private CompletableFuture<Decision> forward(
            Grant grant, String target, @Nullable String authorization, Acquired.@Nullable Outcome outcome) {
        if (route == null) {
            throw new IllegalStateException("a request without a route is not forwarded");
        }
        return CompletableFuture.completedFuture(
                new Decision.Forward(route, grant, target, authorization, outcome, client(), subject, quota));
    }

    /** The refusal behind a failure; what is no refusal is a bug, is logged and tells the client nothing. */
    Decision reject(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof GatewayException expected) {
            return new Decision.Reject(expected.refusal(), route, client(), quota);
        }
        LOG.error("Deciding about a request failed", new LoggableFailure(cause));
        return new Decision.Reject(INTERNAL, route, client(), quota);
    }
}
