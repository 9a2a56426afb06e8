package io.obogateway.oauth;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a token endpoint's error (RFC 6749, 5.2) to our refusal. Whose fault it is decides the status: {@code claims} and
 * {@code error} say that; AADSTS numbers only tell refusals of the caller from each other.
 */
final class ErrorMapping {
    private static final Set<Integer> CONSENT = Set.of(65001, 65004, 90094);
    private static final Set<Integer> DENIED = Set.of(50105, 501051, 53003, 50020, 50057);
    private static final Set<Integer> REPEATED_TOO_OFTEN = Set.of(50196);
    private static final Set<Integer> TENANT_THROTTLED = Set.of(90055);

    private ErrorMapping() {}

    /** Whether an error of whatever status says that the tenant as a whole has asked too much. */
    static boolean isThrottling(TokenResponse.Refused error) {
        return contains(error.codes(), TENANT_THROTTLED);
    }

    /** Whether the provider refuses the credential that was shown to it. */
    static boolean isCredential(TokenResponse.Refused error) {
        return error.error().equals("invalid_client");
    }

    /**
     * @param client the application that the caller used; null if unknown
     */
    static Failure failure(TokenResponse.Refused error, ExchangeTarget target, @Nullable String client) {
        ErrorCode code = code(error, target);
        Refusal refusal = Refusal.of(code, detail(error, target, client))
                .withError(error.error(), error.codes(), error.correlationId())
                .withRemedy(AadstsRemedies.sentence(error.codes(), target))
                .withRetryAfter(code == ErrorCode.PROVIDER_UNAVAILABLE ? RetryAfter.DEFAULT : null);
        // a refused credential is remembered for the provider as a whole, where a new one ends it
        boolean remembered = code == ErrorCode.CLAIMS_CHALLENGE
                || contains(error.codes(), REPEATED_TOO_OFTEN)
                || (code.blame() != ErrorCode.Blame.PROVIDER && !isCredential(error));
        return new Failure(refusal, code == ErrorCode.CLAIMS_CHALLENGE ? error.claims() : null, remembered);
    }

    private static ErrorCode code(TokenResponse.Refused error, ExchangeTarget target) {
        if (error.claims() != null) {
            return ErrorCode.CLAIMS_CHALLENGE;
        }
        boolean employees = target.grant() == Grant.ON_BEHALF_OF;
        return switch (error.error()) {
            case "temporarily_unavailable", "server_error", "slow_down" -> ErrorCode.PROVIDER_UNAVAILABLE;
            // without an employee's token in the request these, too, are about the gateway itself
            case "invalid_grant", "interaction_required", "login_required", "invalid_token" ->
                throttled(error)
                        ? ErrorCode.PROVIDER_UNAVAILABLE
                        : employees ? ofCaller(error) : ErrorCode.PROVIDER_REJECTED_GATEWAY;
            case "consent_required" -> employees ? ErrorCode.CONSENT_REQUIRED : ErrorCode.PROVIDER_REJECTED_GATEWAY;
            case "access_denied" -> employees ? ErrorCode.ACCESS_DENIED : ErrorCode.PROVIDER_REJECTED_GATEWAY;
            case "invalid_request" ->
                employees && target.provider().blamesTokenByInvalidRequest()
                        ? ErrorCode.TOKEN_INVALID
                        : ErrorCode.PROVIDER_REJECTED_GATEWAY;
            default -> ErrorCode.PROVIDER_REJECTED_GATEWAY;
        };
    }

    private static ErrorCode ofCaller(TokenResponse.Refused error) {
        if (contains(error.codes(), CONSENT) || "consent_required".equals(error.suberror())) {
            return ErrorCode.CONSENT_REQUIRED;
        }
        if (contains(error.codes(), DENIED)
                || "client_mismatch".equals(error.suberror())
                || "protection_policy_required".equals(error.suberror())) {
            return ErrorCode.ACCESS_DENIED;
        }
        return ErrorCode.TOKEN_INVALID;
    }

    private static boolean throttled(TokenResponse.Refused error) {
        return contains(error.codes(), REPEATED_TOO_OFTEN) || contains(error.codes(), TENANT_THROTTLED);
    }

    /** Names the caller's application, the gateway's and the target, because one of the three has to change. */
    private static String detail(TokenResponse.Refused error, ExchangeTarget target, @Nullable String client) {
        StringBuilder text = new StringBuilder(160)
                .append("The provider ")
                .append(target.provider().name())
                .append(" gave ")
                .append(target.provider().application())
                .append(" no token for ")
                .append(target.wanted());
        if (target.grant() == Grant.ON_BEHALF_OF && client != null) {
            text.append(" on behalf of a user of the application ").append(client);
        }
        text.append(": ").append(error.error());
        for (Integer number : error.codes()) {
            text.append(", AADSTS").append(number);
        }
        return text.toString();
    }

    private static boolean contains(List<Integer> codes, Set<Integer> wanted) {
        for (Integer code : codes) {
            if (wanted.contains(code)) {
                return true;
            }
        }
        return false;
    }
}
