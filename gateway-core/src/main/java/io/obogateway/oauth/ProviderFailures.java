package io.obogateway.oauth;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.http.BackchannelException;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.time.Duration;

/** The refusals for when a provider gives no OAuth answer. None is remembered: the next request may fare better. */
final class ProviderFailures {
    private ProviderFailures() {}

    static Failure closed(TokenProvider provider, Duration wait) {
        return unavailable("No token requests are made to the provider " + provider.name() + " for now", wait);
    }

    static Failure throttled(TokenProvider provider, Duration wait) {
        return unavailable("The provider " + provider.name() + " asks to be left alone for a while", wait);
    }

    static Failure status(TokenProvider provider, int status) {
        return unavailable("The provider " + provider.name() + " answered HTTP " + status, RetryAfter.DEFAULT);
    }

    static Failure late(TokenProvider provider) {
        return unavailable("The provider " + provider.name() + " gave no token in time", RetryAfter.DEFAULT);
    }

    static Failure full(TokenProvider provider) {
        return new Failure(
                Refusal.of(ErrorCode.OVERLOADED, "Too many token requests wait for the provider " + provider.name())
                        .withRetryAfter(Duration.ofSeconds(1)),
                null,
                false);
    }

    static Failure invalid(TokenProvider provider, String what) {
        return new Failure(
                Refusal.of(
                        ErrorCode.PROVIDER_INVALID,
                        "The answer of the provider " + provider.name() + " is no token response: " + what),
                null,
                false);
    }

    static Failure of(TokenProvider provider, BackchannelException.Reason reason) {
        return switch (reason) {
            case UNREACHABLE ->
                unavailable("The provider " + provider.name() + " cannot be reached", RetryAfter.DEFAULT);
            case PROXY_CREDENTIALS ->
                unavailable(
                        "The outbound proxy in front of the provider " + provider.name()
                                + " does not accept the gateway's credentials",
                        RetryAfter.DEFAULT);
            case BROKEN ->
                unavailable("The connection to the provider " + provider.name() + " broke", RetryAfter.DEFAULT);
            case TIMEOUT -> late(provider);
            case TOO_LARGE -> invalid(provider, "it is too large");
            case MALFORMED -> invalid(provider, "it is no HTTP");
        };
    }

    private static Failure unavailable(String detail, Duration retryAfter) {
        return new Failure(
                Refusal.of(ErrorCode.PROVIDER_UNAVAILABLE, detail).withRetryAfter(roundedUp(retryAfter)), null, false);
    }

    private static Duration roundedUp(Duration wait) {
        return Duration.ofSeconds(wait.getNano() == 0 ? wait.getSeconds() : wait.getSeconds() + 1);
    }
}
