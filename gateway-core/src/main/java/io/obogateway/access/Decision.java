package io.obogateway.access;

import io.obogateway.error.Refusal;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Route;
import org.jspecify.annotations.Nullable;

/** What becomes of a request. */
public sealed interface Decision {

    /** The route that took the request; null if none did. */
    @Nullable
    Route route();

    /** The calling application ({@code azp}) as far as it is known and verified; null otherwise. */
    @Nullable
    String client();

    /** What the caller has left of the route's rate limit; null where there is none or nothing was counted. */
    @Nullable
    Quota quota();

    /**
     * Send it on.
     *
     * @param target the origin-form target for the upstream: as received, or without the stripped prefix
     * @param authorization the field value to send; null: none ({@link Grant#ANONYMOUS})
     * @param outcome how the token was come by; null where none was acquired
     * @param subject the inbound token as verified; null where none was looked at
     */
    record Forward(
            Route route,
            Grant grant,
            String target,
            @Nullable String authorization,
            Acquired.@Nullable Outcome outcome,
            @Nullable String client,
            @Nullable VerifiedToken subject,
            @Nullable Quota quota)
            implements Decision {
        /** A request target may be personal data and the authorization is a secret. */
        @Override
        public String toString() {
            return "Forward[route=" + route.name() + ", grant=" + grant + "]";
        }
    }

    /**
     * Answer it here: a browser may send what it asks about ("CORS preflight").
     *
     * @param methods that the route takes, as a list
     * @param fields that the request may have, as a list; empty: it asked for none
     */
    record Preflight(Route route, String methods, String fields) implements Decision {
        @Override
        public @Nullable String client() {
            return null;
        }

        @Override
        public @Nullable Quota quota() {
            return null;
        }
    }

    /** Refuse it. */
    record Reject(
            Refusal refusal,
            @Nullable Route route,
            @Nullable String client,
            @Nullable Quota quota) implements Decision {}
}
