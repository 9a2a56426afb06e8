package io.obogateway.proxy;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.obogateway.access.Authorizer;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestHead;
import io.obogateway.oauth.UpstreamChallenge;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy as one exchange asks it: the same one from beginning to end, whatever is configured meanwhile, and its
 * decisions come back on the exchange's event loop. A decision that needs nothing to be fetched comes back at once.
 */
final class Policy {
    /** Who asked; called on its event loop. */
    interface Asker {
        /** From now on a decision is waited for. */
        void onAsking();

        void decided(Decision decision);

        /** There is no decision to be had: this is what the client is told instead. */
        void refuse(Refusal refusal);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Policy.class);

    private final Authorizer authorizer;
    private final EventLoop loop;
    private final Asker asker;

    Policy(Authorizer authorizer, EventLoop loop, Asker asker) {
        this.authorizer = authorizer;
        this.loop = loop;
        this.asker = asker;
    }

    /** Asks about a request. */
    void authorize(RequestHead head) {
        asker.onAsking();
        follow(authorizer.authorize(head));
    }

    /**
     * Sees to a claims challenge for a token that was acquired for the upstream: the request is asked about again, or the
     * client has to answer the challenge. Either way the upstream's response goes no further.
     *
     * @return whether that is so; else the response is the client's
     */
    boolean challengedBy(HttpResponse response, UpstreamSide upstream) {
        Decision.Forward forward = upstream.request().forward();
        String claims = claimsChallenge(forward, response);
        if (claims == null) {
            return false;
        }
        upstream.release(false); // the rest of its response is of no use
        if (upstream.request().replay()) {
            asker.onAsking();
            follow(authorizer.challenged(forward, claims));
        } else {
            asker.refuse(authorizer.passOn(forward, claims));
        }
        return true;
    }

    /**
     * The claims that a token has to be acquired with first; null: it is no challenge. A plain 401 for a token that was
     * acquired for the upstream: that one is forgotten.
     */
    private @Nullable String claimsChallenge(Decision.Forward forward, HttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.UNAUTHORIZED) || forward.outcome() == null) {
            return null;
        }
        String claims = UpstreamChallenge.claims(response.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        if (claims == null) {
            authorizer.upstreamRefused(forward);
        }
        return claims;
    }

    private void follow(CompletableFuture<Decision> decision) {
        if (decision.isDone()) {
            decided(decision);
        } else {
            decision.whenComplete((made, bug) -> {
                if (loop.inEventLoop()) {
                    decided(decision);
                } else {
                    loop.execute(() -> decided(decision));
                }
            });
        }
    }

    /** There may be nobody on the stack who hears of a defect. */
    private void decided(CompletableFuture<Decision> decision) {
        try {
            asker.decided(decision.join());
        } catch (RuntimeException e) {
            LOG.error("a request fails because of a defect", e);
            asker.refuse(ExchangeRefusals.DEFECT);
        }
    }
}
