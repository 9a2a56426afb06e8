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
    /** Who asked. */
    interface Asker {
        /** On the event loop. */
        void decided(Decision decision);

        /** Something threw that should not have, and the log has it. */
        void onDefect();
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
        follow(authorizer.authorize(head));
    }

    /** Asks about a request again, which the upstream answered with a claims challenge. */
    void challenged(Decision.Forward forward, String claims) {
        follow(authorizer.challenged(forward, claims));
    }

    /** As {@link Authorizer#passOn}. */
    Refusal passOn(Decision.Forward forward, String claims) {
        return authorizer.passOn(forward, claims);
    }

    /**
     * Hears how the upstream has answered. A plain 401 for a token that was acquired for it: that one is forgotten.
     *
     * @return the claims that a token has to be acquired with first; null: the response goes to the client
     */
    @Nullable
    String claimsChallenge(Decision.Forward forward, HttpResponse response) {
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
            asker.decided(decision.join());
        } else {
            decision.whenComplete((made, bug) -> {
                if (loop.inEventLoop()) {
                    decidedLater(made, bug);
                } else {
                    loop.execute(() -> decidedLater(made, bug));
                }
            });
        }
    }

    /** No handler is on the stack that would hear of a defect. */
    private void decidedLater(@Nullable Decision decision, @Nullable Throwable bug) {
        try {
            if (decision == null) {
                throw new IllegalStateException("a request was not decided about", bug);
            }
            asker.decided(decision);
        } catch (RuntimeException e) {
            LOG.error("a request fails because of a defect", e);
            asker.onDefect();
        }
    }
}
