package io.obogateway.oauth;

import io.obogateway.error.ErrorCode;
import io.obogateway.http.Backchannel;
import io.obogateway.http.Backchannel.Answer;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One token request with all its tries, from waiting for its turn to the outcome. Its events follow each other, on
 * whatever thread they come, so its fields need no lock.
 */
final class TokenCall {
    private static final int BACKOFF_MIN_MILLIS = 100;
    private static final int BACKOFF_MAX_MILLIS = 300;
    private static final Duration LOOK_AT_FILES = Duration.ofSeconds(1);

    private final ProviderCalls calls;
    private final TokenProvider provider;
    private final ExchangeTarget target;
    private final VerifiedToken token;
    private final @Nullable String claims;
    private final CompletableFuture<ExchangeOutcome> outcome = new CompletableFuture<>();
    private final Instant deadline;

    private int triesLeft;
    private int credential;
    private boolean otherCredentialTried;
    private @Nullable ClientAuthentication used;
    private boolean filesLookedAt;
    private Instant asked;

    TokenCall(ProviderCalls calls, ExchangeTarget target, VerifiedToken token, @Nullable String claims) {
        this.calls = calls;
        this.provider = calls.provider;
        this.target = target;
        this.token = token;
        this.claims = claims;
        this.asked = calls.clock.instant();
        this.deadline = asked.plus(provider.limits().timeout());
        this.triesLeft = provider.limits().retries();
        this.credential = calls.credentialInUse();
    }

    CompletableFuture<ExchangeOutcome> start() {
        Duration closed = calls.gate.closed();
        if (closed != null) {
            return CompletableFuture.completedFuture(ProviderFailures.closed(provider, closed));
        }
        calls.slots.take(provider.limits().timeout()).thenAccept(turn -> {
            switch (turn) {
                case GRANTED -> attempt();
                case TIMED_OUT -> outcome.complete(ProviderFailures.late(provider));
                case FULL -> outcome.complete(ProviderFailures.full(provider));
            }
        });
        return outcome;
    }

    private void attempt() {
        withCredential(LOOK_AT_FILES, current -> {
            used = current;
            send();
        });
    }

    private void withCredential(Duration maxAge, Consumer<@Nullable ClientAuthentication> next) {
        calls.refreshed(credential, maxAge).whenComplete((current, never) -> {
            try {
                next.accept(current);
            } catch (RuntimeException bug) {
                fail(bug);
            }
        });
    }

    private void send() {
        Duration left = Duration.between(calls.clock.instant(), deadline);
        if (left.compareTo(Duration.ofMillis(1)) < 0) {
            finish(ProviderFailures.late(provider));
            return;
        }
        Duration closed = calls.gate.admit();
        if (closed != null) {
            finish(ProviderFailures.closed(provider, closed));
            return;
        }
        asked = calls.clock.instant();
        try {
            calls.backchannel.send(within(left)).whenComplete(this::arrived);
        } catch (RuntimeException e) {
            calls.gate.answered();
            fail(e);
        }
    }

    private Backchannel.Call within(Duration left) {
        String subjectToken = target.grant() == Grant.ON_BEHALF_OF ? token.value() : null;
        Backchannel.Call call = calls.withCredential(credential).request(target, subjectToken, claims, calls.clock);
        return new Backchannel.Call(call.uri(), call.headers(), call.contentType(), call.body(), left, call.maxBytes());
    }

    private void arrived(@Nullable Answer answer, @Nullable Throwable thrown) {
        try {
            if (answer != null) {
                answered(answer);
            } else {
                unanswered(thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void unanswered(@Nullable Throwable thrown) {
        calls.gate.failed();
        if (!(thrown instanceof BackchannelException broken)) {
            fail(thrown == null ? new IllegalStateException("neither answer nor failure") : thrown);
            return;
        }
        boolean again = broken.reason() == Reason.BROKEN || broken.reason() == Reason.UNREACHABLE;
        tryAgainOr(ProviderFailures.of(provider, broken.reason()), String.valueOf(broken.getMessage()), again);
    }

    private void answered(Answer answer) {
        TokenResponse response = TokenResponse.read(answer);
        TokenResponse.Refused error = response instanceof TokenResponse.Refused refused ? refused : null;
        // what the provider asks of the user counts whatever else is wrong with its answer
        TokenResponse.Refused challenge = error != null && error.claims() != null ? error : null;
        String retryAfter = answer.headers().get("retry-after");
        boolean broken = answer.status() >= 500;
        if (answer.status() == 429
                || (broken && retryAfter != null)
                || (error != null && ErrorMapping.isThrottling(error))) {
            throttled(retryAfter, challenge);
        } else if (challenge != null) {
            calls.gate.answered();
            refuse(challenge, false);
        } else if (broken) {
            calls.gate.failed();
            tryAgainOr(
                    ProviderFailures.status(provider, answer.status()),
                    "it answers with status " + answer.status(),
                    true);
        } else if (response instanceof TokenResponse.Token issued) {
            issued(issued);
        } else if (error != null) {
            refused(error);
        } else if (response instanceof TokenResponse.Invalid invalid) {
            calls.gate.failed();
            calls.troubled("its answer is not valid, " + invalid.reason());
            finish(ProviderFailures.invalid(provider, invalid.reason()));
        }
    }

    private void issued(TokenResponse.Token issued) {
        calls.gate.answered();
        calls.accepted(credential, target);
        Instant subjectEnd = target.grant() == Grant.ON_BEHALF_OF ? token.expiresAt() : Instant.MAX;
        finish(CachedToken.of(issued, asked, subjectEnd, calls.cacheLimits.expiryMargin()));
    }

    private void refused(TokenResponse.Refused error) {
        calls.gate.answered();
        if (ErrorMapping.isCredential(error)) {
            credentialRefused(error);
        } else {
            refuse(error, false);
        }
    }

    /** It may have been replaced in its file while the request was on its way; if not, there may be another one. */
    private void credentialRefused(TokenResponse.Refused error) {
        if (!filesLookedAt) {
            filesLookedAt = true;
            withCredential(Duration.ZERO, current -> {
                if (Objects.equals(current, used)) {
                    credentialRefused(error);
                } else {
                    attempt();
                }
            });
        } else if (!otherCredentialTried && calls.credentials() > 1) {
            otherCredentialTried = true;
            credential = (credential + 1) % calls.credentials();
            attempt();
        } else {
            refuse(error, true);
        }
    }

    private void refuse(TokenResponse.Refused error, boolean ofCredential) {
        Failure failure = ErrorMapping.failure(error, target, token.client());
        if (failure.refusal().code() == ErrorCode.PROVIDER_REJECTED_GATEWAY) {
            calls.rejected(target, failure, ofCredential);
        }
        finish(failure);
    }

    private void throttled(@Nullable String retryAfter, TokenResponse.@Nullable Refused challenge) {
        Duration wait = RetryAfter.of(retryAfter, calls.clock.instant());
        calls.gate.quiet(wait);
        if (challenge == null) {
            finish(ProviderFailures.throttled(provider, wait));
        } else {
            refuse(challenge, false);
        }
    }

    private void tryAgainOr(Failure failure, String why, boolean worthIt) {
        int pause = ThreadLocalRandom.current().nextInt(BACKOFF_MIN_MILLIS, BACKOFF_MAX_MILLIS);
        boolean inTime = calls.clock.instant().plusMillis(pause).isBefore(deadline);
        if (!worthIt || triesLeft == 0 || !inTime) {
            calls.troubled(why);
            finish(failure);
            return;
        }
        triesLeft--;
        calls.scheduler.schedule(this::attempt, pause, TimeUnit.MILLISECONDS);
    }

    private void finish(ExchangeOutcome result) {
        try {
            outcome.complete(result);
        } finally {
            calls.slots.release();
        }
    }

    private void fail(Throwable bug) {
        try {
            outcome.completeExceptionally(bug);
        } finally {
            calls.slots.release();
        }
    }
}
