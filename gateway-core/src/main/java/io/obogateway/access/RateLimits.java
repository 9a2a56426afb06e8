package io.obogateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.obogateway.http.RequestHead;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Route;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests each caller has left on each route: a bucket of {@code requests} tokens that fills evenly within
 * {@code per}. Outlives the {@link Authorizer} that asks it, so that a new configuration does not give everybody a new
 * quota: what is known belongs to a route's name and limit.
 *
 * <p>Bounded: a caller that was not heard of for {@code per} has a full bucket and is forgotten; of more callers than are
 * remembered those who come seldom are forgotten first. Safe for all threads; nobody waits for another caller.
 */
public final class RateLimits {
    private static final int ENTRY_BYTES = 1024;
    /** A hundred thousand callers; a small heap gives a sixteenth. */
    private static final long MAX_CALLERS =
            Math.min(100_000, Runtime.getRuntime().maxMemory() / 16 / ENTRY_BYTES);

    private record Entry(Bucket bucket, RateLimit limit) {}

    private final Cache<TokenDigest, Entry> callers;
    private final TimeMeter time;

    public RateLimits() {
        this(System::nanoTime, MAX_CALLERS);
    }

    /**
     * @param nanoTime like {@link System#nanoTime()}
     * @param maxCallers that are remembered
     */
    RateLimits(LongSupplier nanoTime, long maxCallers) {
        time = new Nanos(nanoTime);
        callers = Caffeine.newBuilder()
                .executor(Runnable::run) // little work, and no thread to hand it to
                .ticker(nanoTime::getAsLong)
                .maximumSize(maxCallers)
                .expireAfter(Expiry.<TokenDigest, Entry>accessing(
                        (caller, entry) -> entry.limit().per()))
                .build();
    }

    /**
     * Where the caller's address has to be known, the address; it is read on the thread that carries the request, before
     * anything is waited for.
     */
    static @Nullable String address(Route route, RequestHead head) {
        RateLimit limit = route.rateLimit();
        return limit != null && limit.key() == RateLimit.Key.ADDRESS ? head.clientAddress() : null;
    }

    /** Counts a request without a token, whose caller is known by address only; null: the route has no limit. */
    @Nullable
    Quota count(Route route, RequestHead head) {
        RateLimit limit = route.rateLimit();
        return limit == null ? null : take(CallerKey.ofAddress(route, limit, head.clientAddress()), limit);
    }

    /**
     * Counts a request; null: the route has no limit.
     *
     * @param address as {@link #address} said
     */
    @Nullable
    Quota count(Route route, VerifiedToken token, @Nullable String address) {
        RateLimit limit = route.rateLimit();
        if (limit == null) {
            return null;
        }
        if (address != null) {
            return take(CallerKey.ofAddress(route, limit, address), limit);
        }
        return take(
                limit.key() == RateLimit.Key.CLIENT
                        ? CallerKey.ofClient(route, limit, token)
                        : CallerKey.ofSubject(route, limit, token),
                limit);
    }

    private Quota take(TokenDigest caller, RateLimit limit) {
        Entry entry = callers.get(caller, unused -> new Entry(full(limit), limit));
        ConsumptionProbe probe = entry.bucket().tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? new Quota(limit, false, probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset()))
                : new Quota(limit, true, 0, Math.max(1, seconds(probe.getNanosToWaitForRefill())));
    }

    /** More than one a nanosecond cannot be counted, and nobody sends that many. */
    private Bucket full(RateLimit limit) {
        Duration per = Duration.ofNanos(Math.max(limit.per().toNanos(), limit.requests()));
        return Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(limit.requests())
                        .refillGreedy(limit.requests(), per)
                        .build())
                .withCustomTimePrecision(time)
                .build();
    }

    /** Rounded up: who comes then does not come too early. */
    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
    }

    /** How many callers are remembered; for tests and metrics. */
    long callers() {
        callers.cleanUp();
        return callers.estimatedSize();
    }

    /** The time as the buckets ask for it. */
    private record Nanos(LongSupplier nanoTime) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
