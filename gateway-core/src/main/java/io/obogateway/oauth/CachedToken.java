package io.obogateway.oauth;

import io.obogateway.oauth.Acquired.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A token with the moments at which its treatment changes. Times are milliseconds of the clock: comparing them costs a
 * request nothing.
 *
 * <pre>
 *   acquired ......... renewAt ......... usableUntil ... expiresAt
 *            served            served,               served only when
 *                              one renews            no new one is to be had
 * </pre>
 */
final class CachedToken implements ExchangeOutcome {
    private static final VarHandle RENEW_AT;

    static {
        try {
            RENEW_AT = MethodHandles.lookup().findVarHandle(CachedToken.class, "renewAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long RENEWAL_PAUSE_MILLIS = 5_000;

    private final AccessToken token;
    private final CompletableFuture<Acquired> hit;
    private final long usableUntil;
    private final long expiresAt;

    @SuppressWarnings("FieldMayBeFinal") // written through RENEW_AT
    private volatile long renewAt;

    private CachedToken(AccessToken token, long usableUntil, long renewAt) {
        this.token = token;
        this.hit = CompletableFuture.completedFuture(new Acquired(token, Outcome.HIT));
        this.usableUntil = usableUntil;
        this.expiresAt = token.expiresAt().toEpochMilli();
        this.renewAt = renewAt;
    }

    /**
     * @param asked when the provider was asked, from which its lifetime is counted
     * @param subjectExpiresAt the end of the subject token, which the token must not outlive; {@link Instant#MAX}: none
     * @param margin before its end in which a token is not used, never more than half its life
     */
    static CachedToken of(TokenResponse.Token answer, Instant asked, Instant subjectExpiresAt, Duration margin) {
        Long seconds = answer.expiresIn();
        Instant end = seconds == null ? asked : asked.plusSeconds(seconds);
        boolean bySubject = subjectExpiresAt.isBefore(end);
        Instant expiresAt = !bySubject ? end : subjectExpiresAt.isBefore(asked) ? asked : subjectExpiresAt;
        Long refreshIn = answer.refreshIn();
        AccessToken token = new AccessToken(
                "Bearer " + answer.accessToken(), expiresAt, refreshIn == null ? null : asked.plusSeconds(refreshIn));

        long from = asked.toEpochMilli();
        long life = expiresAt.toEpochMilli() - from;
        long usable = life - Math.min(margin.toMillis(), life / 2);
        // a new token could not outlive the subject token either
        long renewAt = bySubject ? Long.MAX_VALUE : from + renewAfter(usable, refreshIn);
        return new CachedToken(token, from + usable, renewAt);
    }

    /** Spread, so that tokens that were acquired together are not renewed together. */
    private static long renewAfter(long usable, @Nullable Long refreshIn) {
        double share = ThreadLocalRandom.current().nextDouble();
        if (refreshIn != null && refreshIn * 1000 < usable) {
            long wished = refreshIn * 1000;
            return wished + (long) ((usable - wished) * 0.1 * share);
        }
        return (long) (usable * (0.7 + 0.15 * share));
    }

    AccessToken token() {
        return token;
    }

    /** The answer to a request that finds it in the cache; the same object for all of them. */
    CompletableFuture<Acquired> hit() {
        return hit;
    }

    Acquired as(Outcome outcome) {
        return new Acquired(token, outcome);
    }

    boolean usableAt(long now) {
        return now < usableUntil;
    }

    boolean unexpiredAt(long now) {
        return now < expiresAt;
    }

    long expiresAtMillis() {
        return expiresAt;
    }

    /** Whether the caller, and nobody else for a while, has to renew it. */
    boolean claimRenewal(long now) {
        long at = renewAt;
        return now >= at && RENEW_AT.compareAndSet(this, at, now + RENEWAL_PAUSE_MILLIS);
    }

    /** About what it occupies, with its key and the cache's own bookkeeping. */
    int weightInBytes() {
        return 400 + token.authorization().length();
    }
}
