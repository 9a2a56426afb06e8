package io.obogateway.error;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One refusal as the client may see it. Everything in here is public: never a token, a secret or an upstream's address.
 *
 * @param code what kind of refusal
 * @param detail one sentence that names what failed in this request
 * @param error the provider's {@code error} (RFC 6749, 5.2), if it gave one
 * @param errorCodes the provider's numeric codes (AADSTS numbers); empty if none
 * @param correlationId what to quote to whoever runs the provider
 * @param remedy what to do about it, in one sentence
 * @param retryAfter when it makes sense to try again
 * @param challenge what the user must do first; present exactly for {@link ErrorCode#CLAIMS_CHALLENGE}
 * @param allow the methods that the path does take; for {@link ErrorCode#METHOD_NOT_ALLOWED}
 */
public record Refusal(
        ErrorCode code,
        String detail,
        @Nullable String error,
        List<Integer> errorCodes,
        @Nullable String correlationId,
        @Nullable String remedy,
        @Nullable Duration retryAfter,
        @Nullable ClaimsChallenge challenge,
        List<String> allow) {

    /**
     * A claims challenge for the client that holds the inbound token.
     *
     * @param realm the tenant ({@code tid}) of the token, or empty
     * @param authorizationUri where the client sends the user; null leaves the parameter out
     * @param claims minified JSON, not yet base64
     */
    public record ClaimsChallenge(String realm, @Nullable String authorizationUri, String claims) {}

    public static Refusal of(ErrorCode code, String detail) {
        return new Refusal(code, detail, null, List.of(), null, null, null, null, List.of());
    }

    public Refusal withError(
            @Nullable String newError, List<Integer> newErrorCodes, @Nullable String newCorrelationId) {
        return new Refusal(
                code,
                detail,
                newError,
                List.copyOf(newErrorCodes),
                newCorrelationId,
                remedy,
                retryAfter,
                challenge,
                allow);
    }

    public Refusal withRemedy(@Nullable String newRemedy) {
        return new Refusal(code, detail, error, errorCodes, correlationId, newRemedy, retryAfter, challenge, allow);
    }

    public Refusal withRetryAfter(@Nullable Duration newRetryAfter) {
        return new Refusal(code, detail, error, errorCodes, correlationId, remedy, newRetryAfter, challenge, allow);
    }

    public Refusal withChallenge(ClaimsChallenge newChallenge) {
        return new Refusal(code, detail, error, errorCodes, correlationId, remedy, retryAfter, newChallenge, allow);
    }

    public Refusal withAllow(List<String> newAllow) {
        return new Refusal(
                code, detail, error, errorCodes, correlationId, remedy, retryAfter, challenge, List.copyOf(newAllow));
    }
}
