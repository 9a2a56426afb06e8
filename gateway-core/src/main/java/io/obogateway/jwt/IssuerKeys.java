package io.obogateway.jwt;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.http.Backchannel;
import io.obogateway.jwt.KeyFetch.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer with its keys as last fetched. They are fetched at the start and again and again in the background; those
 * once fetched serve on while fetching fails; a {@code kid} that nobody published is asked for once per interval,
 * however many tokens name however many. Readers take what is there and never wait for a lock.
 */
final class IssuerKeys {
    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    private static final long FIRST_RETRY_MILLIS = 1000;
    private static final int MAX_DOUBLINGS = 6;
    private static final double JITTER = 0.1;

    /** What was fetched last, and how long it serves if nothing else comes. */
    private record Snapshot(Fetched fetched, long serveUntilMillis) {}

    private final Issuer issuer;
    private final KeyFetch fetch;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final @Nullable IssuerPattern configuredPattern;

    private volatile @Nullable Snapshot snapshot;
    private volatile @Nullable String problem = "its keys have not been fetched yet";
    private volatile long nextTryMillis;

    // guarded by this
    private @Nullable CompletableFuture<Void> running;
    private @Nullable Future<?> scheduled;
    private long unknownKidAgainMillis = Long.MIN_VALUE;
    private int failures;
    private boolean closed;

    IssuerKeys(Issuer issuer, Backchannel backchannel, Clock clock, ScheduledExecutorService scheduler) {
        this.issuer = issuer;
        this.clock = clock;
        this.scheduler = scheduler;
        this.fetch = new KeyFetch(issuer, backchannel, scheduler);
        this.configuredPattern = issuer.issuer() == null ? null : IssuerPattern.of(issuer.issuer());
        this.nextTryMillis = clock.millis();
    }

    Issuer issuer() {
        return issuer;
    }

    /** Its name; null while only an unfetched discovery document knows it. */
    @Nullable
    IssuerPattern pattern() {
        IssuerMetadata metadata = metadata();
        return configuredPattern != null || metadata == null ? configuredPattern : metadata.issuer();
    }

    @Nullable
    IssuerMetadata metadata() {
        Snapshot current = snapshot;
        return current == null
                ? IssuerMetadata.configured(issuer)
                : current.fetched().metadata();
    }

    /** Whether it ever had keys. */
    boolean ready() {
        return snapshot != null;
    }

    /** Why the last fetch failed; null if it did not. */
    @Nullable
    String problem() {
        return problem;
    }

    /**
     * @throws GatewayException {@link ErrorCode#PROVIDER_UNAVAILABLE} when there are none, or none that may still serve
     */
    KeySet keys(long nowMillis) {
        Snapshot current = snapshot;
        if (current == null || nowMillis >= current.serveUntilMillis()) {
            throw unavailable(nowMillis);
        }
        return current.fetched().keys();
    }

    /** Whether what this key signed is still to be believed. */
    boolean trusts(PublishedKey key, long nowMillis) {
        Snapshot current = snapshot;
        return current != null
                && nowMillis < current.serveUntilMillis()
                && current.fetched().keys().holds(key);
    }

    GatewayException unavailable(long nowMillis) {
        long seconds = Math.max(1, (nextTryMillis - nowMillis + 999) / 1000);
        return new GatewayException(Refusal.of(ErrorCode.PROVIDER_UNAVAILABLE, "the issuer's keys are not available")
                .withRetryAfter(Duration.ofSeconds(seconds)));
    }

    /** Fetches for the first time, and from then on in the background. The future never fails. */
    CompletableFuture<Void> start() {
        return refresh();
    }

    /**
     * Asks for a {@code kid} that is not among the keys: joins a fetch that is under way, or begins one if the last was
     * long enough ago.
     *
     * @return done when there may be new keys, never failed; null when it is too early to ask again
     */
    @Nullable
    CompletableFuture<Void> askForUnknownKid() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            if (running != null) {
                return running;
            }
            long now = clock.millis();
            if (closed || now < unknownKidAgainMillis) {
                return null;
            }
            unknownKidAgainMillis = now + issuer.keys().unknownKidInterval().toMillis();
            running = done;
        }
        run(done, false);
        return done;
    }

    private CompletableFuture<Void> refresh() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            if (running != null) {
                return running;
            }
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            running = done;
        }
        run(done, true);
        return done;
    }

    /**
     * Only whoever set {@code running} calls this, without the lock: what waits goes on within it.
     *
     * @param discover read the discovery document again, too
     */
    private void run(CompletableFuture<Void> done, boolean discover) {
        Snapshot current = snapshot;
        IssuerMetadata known = metadata();
        KeySet previous = current == null ? null : current.fetched().keys();
        CompletableFuture<Fetched> fetching;
        try {
            fetching = discover || known == null ? fetch.all(known, previous) : fetch.keys(known, previous);
        } catch (RuntimeException e) {
            fetching = CompletableFuture.failedFuture(e);
        }
        fetching.whenComplete((fetched, failure) -> {
            try {
                if (failure == null) {
                    succeeded(fetched, discover);
                } else {
                    failed(failure);
                }
            } finally {
                synchronized (this) {
                    running = null;
                }
                done.complete(null);
            }
        });
    }

    private void succeeded(Fetched fetched, boolean discovered) {
        snapshot = new Snapshot(fetched, clock.millis() + issuer.keys().maxAge().toMillis());
        problem = null;
        if (discovered) {
            schedule(true); // otherwise the timer runs on: strangers' tokens must not put off the whole refresh
        }
    }

    private void failed(Throwable failure) {
        String reason = KeyFetch.reason(failure);
        problem = reason;
        log.warn(
                "issuer {}: fetching keys failed, {}: {}",
                issuer.name(),
                ready() ? "the last ones serve on" : "there are none yet",
                reason);
        schedule(false);
    }

    /** There is one timer: this replaces what was planned. After failures it comes sooner, at ever longer intervals. */
    private synchronized void schedule(boolean success) {
        failures = success ? 0 : failures + 1;
        if (closed) {
            return;
        }
        long millis = issuer.keys().refresh().toMillis();
        if (!success) {
            millis = Math.min(millis, FIRST_RETRY_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS));
        }
        // gateways that were started together must not come back together
        millis += (long) (millis * JITTER * ThreadLocalRandom.current().nextDouble());
        nextTryMillis = clock.millis() + millis;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        scheduled = scheduler.schedule((Runnable) this::refresh, millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the background work; keys that are there go on serving. */
    synchronized void close() {
        closed = true;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
