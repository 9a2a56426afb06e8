package io.obogateway.jwt;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.http.Backchannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an inbound token is genuine and meant for us (RFC 7519, RFC 8725, RFC 9068, Entra's own rules). A
 * token seen before costs a look-up; a new one its checks, made by the calling thread; only a token whose key nobody
 * has seen may have to wait. Safe for use by many threads.
 */
public final class TokenVerifier implements AutoCloseable {
    /** Tokens that wait for keys at one time, all issuers together. */
    private static final int MAX_WAITING = 10_000;

    private final Map<String, IssuerKeys> issuers = new LinkedHashMap<>();
    private final List<IssuerKeys> ownIssuers = new ArrayList<>();
    private final JoseHeaders headers = new JoseHeaders();
    private final VerifiedTokens verified;
    private final Backchannel backchannel;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param scheduler reads keys and repeats their fetching; the caller shuts it down after {@link #close()}
     */
    public TokenVerifier(
            Collection<Issuer> issuers, Backchannel backchannel, Clock clock, ScheduledExecutorService scheduler) {
        this(issuers, Map.of(), backchannel, clock, scheduler);
    }

    private TokenVerifier(
            Collection<Issuer> issuers,
            Map<String, IssuerKeys> known,
            Backchannel backchannel,
            Clock clock,
            ScheduledExecutorService scheduler) {
        this.backchannel = backchannel;
        this.clock = clock;
        this.scheduler = scheduler;
        this.verified = new VerifiedTokens(clock);
        for (Issuer issuer : issuers) {
            IssuerKeys same = known.get(issuer.name());
            if (same == null || !same.issuer().equals(issuer)) {
                same = new IssuerKeys(issuer, backchannel, clock, scheduler);
                ownIssuers.add(same);
            }
            this.issuers.put(issuer.name(), same);
        }
    }

    /**
     * What verifies under another configuration: this one if the issuers are the same; else one that goes on with the keys
     * of those that are, and remembers no token, because it may decide otherwise. {@link #start()} it before it serves, and
     * {@link #retire} this one when it does.
     */
    public TokenVerifier successor(Collection<Issuer> wanted) {
        List<Issuer> present = issuers.values().stream().map(IssuerKeys::issuer).toList();
        return present.size() == wanted.size() && present.containsAll(wanted)
                ? this
                : new TokenVerifier(wanted, issuers, backchannel, clock, scheduler);
    }

    /** Ends the background work that the successor does not go on with. */
    public void retire(TokenVerifier successor) {
        for (IssuerKeys issuer : issuers.values()) {
            if (!successor.issuers.containsValue(issuer)) {
                issuer.close();
            }
        }
    }

    /**
     * Fetches the keys of every issuer that nobody has fetched before. Completes, never exceptionally, when each was tried;
     * {@link #notReady} says how it went.
     */
    public CompletableFuture<Void> start() {
        return CompletableFuture.allOf(
                ownIssuers.stream().map(IssuerKeys::start).toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Verifies a token for a route that accepts these issuers.
     *
     * @return already complete, unless the token names a key that has to be fetched first. Fails with
     *     {@link GatewayException}: {@link ErrorCode#TOKEN_INVALID} or {@link ErrorCode#CLIENT_NOT_ALLOWED} naming the
     *     failed {@link Check}, {@link ErrorCode#PROVIDER_UNAVAILABLE} when the keys to decide are not there.
     */
    public CompletableFuture<VerifiedToken> verify(BearerToken token, List<Issuer> accepted) {
        VerifiedToken known = verified.find(token.digest(), accepted, clock.millis());
        return known != null
                ? CompletableFuture.completedFuture(known)
                : verify(token, accepted, headers, CheckTrail.UNRECORDED);
    }

    /**
     * Makes every check up to the first that fails, whether or not the token was seen before, and says how each went.
     * What keeps a token from being decided, such as an issuer's missing keys, fails the future.
     */
    public CompletableFuture<List<Check.Result>> explain(BearerToken token, List<Issuer> accepted) {
        List<Check.Result> results = new ArrayList<>();
        return verify(token, accepted, new JoseHeaders(), CheckTrail.recordedIn(results))
                .handle((ok, failure) -> {
                    boolean decided = failure == null
                            || (!results.isEmpty()
                                    && !results.get(results.size() - 1).passed());
                    if (decided) {
                        return CompletableFuture.completedFuture(List.copyOf(results));
                    }
                    return CompletableFuture.<List<Check.Result>>failedFuture(failure);
                })
                .thenCompose(result -> result);
    }

    private CompletableFuture<VerifiedToken> verify(
            BearerToken token, List<Issuer> accepted, JoseHeaders known, CheckTrail trail) {
        try {
            long now = clock.millis();
            Jwt jwt = Jwt.parse(token.value(), known, trail);
            IssuerKeys issuer = issuerOf(jwt.claims(), accepted, now, trail);
            IssuerPattern pattern = patternOf(issuer, now);
            ClaimChecks.check(jwt, issuer.issuer(), pattern, now, trail);
            CompletableFuture<Void> keys =
                    issuer.keys(now).knows(jwt.header().keyId()) ? null : issuer.askForUnknownKid();
            return keys == null || keys.isDone()
                    ? CompletableFuture.completedFuture(finish(token, jwt, issuer, pattern, trail))
                    : afterwards(keys, token, jwt, issuer, pattern, trail);
        } catch (GatewayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<VerifiedToken> afterwards(
            CompletableFuture<Void> keys,
            BearerToken token,
            Jwt jwt,
            IssuerKeys issuer,
            IssuerPattern pattern,
            CheckTrail trail) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            throw new GatewayException(Refusal.of(ErrorCode.OVERLOADED, "too many tokens wait for their issuer's keys")
                    .withRetryAfter(Duration.ofSeconds(1)));
        }
        CompletableFuture<VerifiedToken> result = new CompletableFuture<>();
        keys.whenComplete((nothing, never) -> {
            waiting.decrementAndGet();
            try {
                result.complete(finish(token, jwt, issuer, pattern, trail));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** The accepted issuer that the token says it is from; never found by {@code kid}, which two issuers may share. */
    private IssuerKeys issuerOf(TokenClaims claims, List<Issuer> accepted, long now, CheckTrail trail) {
        IssuerKeys found = null;
        IssuerKeys nameless = null;
        for (int i = 0; i < accepted.size(); i++) {
            IssuerKeys issuer = issuers.get(accepted.get(i).name());
            if (issuer == null) {
                continue;
            }
            IssuerPattern pattern = issuer.pattern();
            if (pattern == null) {
                nameless = issuer;
            } else if (claims.issuer() != null && pattern.matches(claims.issuer(), claims.tenant())) {
                // one issuer may be declared twice, for two audiences
                boolean meant =
                        claims.audiences().stream().anyMatch(issuer.issuer().audiences()::contains);
                if (found == null || meant) {
                    found = issuer;
                }
            }
        }
        if (found == null && nameless != null && claims.issuer() != null) {
            throw nameless.unavailable(now);
        }
        return trail.obtain(Check.ISSUER, found);
    }

    private static IssuerPattern patternOf(IssuerKeys issuer, long now) {
        IssuerPattern pattern = issuer.pattern();
        if (pattern == null) {
            throw issuer.unavailable(now);
        }
        return pattern;
    }

    private VerifiedToken finish(
            BearerToken token, Jwt jwt, IssuerKeys issuer, IssuerPattern pattern, CheckTrail trail) {
        long now = clock.millis();
        KeySet keys = issuer.keys(now);
        if (!keys.knows(jwt.header().keyId()) && issuer.problem() != null) {
            throw issuer.unavailable(now); // the key may well be published, we just cannot see it
        }
        PublishedKey key = keys.verify(jwt.jws(), jwt.claims(), pattern.template(), trail);
        ClaimChecks.checkClient(jwt.claims(), issuer.issuer(), trail);
        VerifiedToken result = result(token, jwt, issuer.issuer(), key);
        headers.keep(jwt.jws());
        verified.keep(result, issuer, key);
        return result;
    }

    private static VerifiedToken result(BearerToken token, Jwt jwt, Issuer issuer, PublishedKey key) {
        TokenClaims claims = jwt.claims();
        return new VerifiedToken(
                token.value(),
                token.digest(),
                issuer,
                claims.kind(),
                claims.subject(),
                claims.objectId(),
                claims.tenant(),
                claims.client(),
                claims.scopes(),
                claims.roles(),
                claims.groups(),
                claims.groupsOverage(),
                claims.clientCapabilities(),
                key.id(),
                Instant.ofEpochMilli(ClaimChecks.millis(claims.expiry())));
    }

    /** Why requests cannot be decided yet: one sentence per issuer that never had keys; empty when ready. */
    public List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        for (IssuerKeys issuer : issuers.values()) {
            if (!issuer.ready()) {
                reasons.add("issuer " + issuer.issuer().name() + ": " + issuer.problem());
            }
        }
        return reasons;
    }

    /** Where the token's issuer lets users sign in, for a claims challenge; null if nobody says. */
    public @Nullable String authorizationUri(VerifiedToken token) {
        IssuerKeys issuer = issuers.get(token.issuer().name());
        return AuthorizationUri.of(token.issuer(), issuer == null ? null : issuer.metadata(), token.tenant());
    }

    /** Ends the background work. Tokens can still be verified with the keys that are there. */
    @Override
    public void close() {
        issuers.values().forEach(IssuerKeys::close);
    }
}
