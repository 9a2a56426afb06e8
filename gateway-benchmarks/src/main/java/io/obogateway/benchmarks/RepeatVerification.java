package io.obogateway.benchmarks;

import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import java.time.Clock;
import java.util.List;
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

/** Tokens that were verified before, each in a request of its own: a digest and a look-up. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@NullUnmarked // JMH fills the fields
public class RepeatVerification {
    private static final int TOKENS = 256;

    private final String[] tokens = new String[TOKENS];
    private ScheduledExecutorService scheduler;
    private List<Issuer> issuers;
    private TokenVerifier verifier;
    private int next;

    /** Verifies each token once. */
    @Setup
    public void verifyAll() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        SignedTokens source = new SignedTokens("RS256");
        issuers = List.of(source.issuer());
        verifier = new TokenVerifier(issuers, source.backchannel(), Clock.systemUTC(), scheduler);
        verifier.start().join();
        for (int i = 0; i < TOKENS; i++) {
            tokens[i] = source.token(i);
            verifier.verify(BearerToken.of(tokens[i]), issuers).join();
        }
    }

    /** Ends the background work. */
    @TearDown
    public void stop() {
        verifier.close();
        scheduler.shutdownNow();
    }

    private String nextToken() {
        next = (next + 1) & (TOKENS - 1);
        return tokens[next];
    }

    /** As a request does it. */
    @Benchmark
    public CompletableFuture<VerifiedToken> verify() {
        return verifier.verify(BearerToken.of(nextToken()), issuers);
    }

    /** The baseline. */
    @Benchmark
    public TokenDigest digestOnly() {
        return TokenDigest.of(nextToken());
    }
}
