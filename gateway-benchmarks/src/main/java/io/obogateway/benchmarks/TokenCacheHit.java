package io.obogateway.benchmarks;

import io.obogateway.http.Backchannel;
import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.oauth.Acquired;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TokenExchanger;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The outbound token of employees who were here before. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@NullUnmarked // JMH fills the fields
public class TokenCacheHit {
    private static final int EMPLOYEES = 256;

    private final VerifiedToken[] tokens = new VerifiedToken[EMPLOYEES];
    private ScheduledExecutorService scheduler;
    private TokenExchanger exchanger;
    private ExchangeTarget target;

    /** Where a thread is among the employees. */
    @State(Scope.Thread)
    public static class Turn {
        private int next;

        int next() {
            next = (next + 1) & (EMPLOYEES - 1);
            return next;
        }
    }

    /** Exchanges each employee's token once. */
    @Setup
    public void warm() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        SignedTokens source = new SignedTokens("RS256");
        List<Issuer> issuers = List.of(source.issuer());
        try (TokenVerifier verifier = new TokenVerifier(issuers, source.backchannel(), Clock.systemUTC(), scheduler)) {
            verifier.start().join();
            for (int i = 0; i < EMPLOYEES; i++) {
                tokens[i] = verifier.verify(BearerToken.of(source.token(i)), issuers)
                        .join();
            }
        }
        exchanger = new TokenExchanger(
                CacheLimits.DEFAULT, TokenCacheHit::answer, Clock.systemUTC(), scheduler, token -> null);
        EntraProvider provider = new EntraProvider(
                "entra",
                URI.create("https://login.microsoftonline.com/tenant/oauth2/v2.0/token"),
                "gateway",
                List.of(new ClientSecretPost(new Secret("not so secret"))),
                ProviderLimits.DEFAULT);
        target = new ExchangeTarget(provider, Grant.ON_BEHALF_OF, "api://people/.default", null);
        for (VerifiedToken token : tokens) {
            exchanger.acquire(token, target).join();
        }
    }

    private static CompletableFuture<Backchannel.Answer> answer(Backchannel.Call call) {
        String token = "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + "x".repeat(1500) + "\"}";
        return CompletableFuture.completedFuture(new Backchannel.Answer(200, Map.of(), token));
    }

    /** Ends the background work. */
    @TearDown
    public void stop() {
        exchanger.close();
        scheduler.shutdownNow();
    }

    /** As a request does it. */
    @Benchmark
    public CompletableFuture<Acquired> acquire(Turn turn) {
        return exchanger.acquire(tokens[turn.next()], target);
    }
}
