package io.obogateway.oauth;

import io.obogateway.error.ErrorCode.Blame;
import io.obogateway.error.Refusal;
import org.jspecify.annotations.Nullable;

/** How a token request ended: with a token or with a refusal. Both are values, because both go to everyone who waits. */
sealed interface ExchangeOutcome permits CachedToken, ExchangeOutcome.Failure {

    /**
     * No token.
     *
     * @param refusal without a challenge, which is made anew for each caller
     * @param claims what the user must do first, as minified JSON; null: nothing that the user could do
     * @param remembered it would be the same if asked again at once
     */
    record Failure(Refusal refusal, @Nullable String claims, boolean remembered) implements ExchangeOutcome {
        /** It is about the caller, and so also about a token that the caller was given before. */
        boolean isCallers() {
            return refusal.code().blame() == Blame.CLIENT;
        }

        /** About what it occupies, with its key and the cache's own bookkeeping. */
        int weightInBytes() {
            return 800 + 2 * refusal.detail().length() + (claims == null ? 0 : 2 * claims.length());
        }
    }
}
