package io.obogateway.benchmarks;

import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A token that nobody has seen before: all checks, against the bare signature check of the JDK as the floor. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@NullUnmarked // JMH fills the fields
public class FirstVerification {
    private static final int TOKENS = 500;

    @Param({"RS256", "ES256"})
    public String algorithm;

    private final BearerToken[] tokens = new BearerToken[TOKENS];
    private final byte[][] signed = new byte[TOKENS][];
    private final byte[][] signatures = new byte[TOKENS][];
    private ScheduledExecutorService scheduler;
    private SignedTokens source;
    private List<Issuer> issuers;
    private PublicKey key;
    private TokenVerifier verifier;

    /** Signs the tokens. */
    @Setup(Level.Trial)
    public void sign() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        source = new SignedTokens(algorithm);
        issuers = List.of(source.issuer());
        key = source.publicKey();
        for (int i = 0; i < TOKENS; i++) {
            String token = source.token(i);
            int dot = token.lastIndexOf('.');
            tokens[i] = BearerToken.of(token);
            signed[i] = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
            signatures[i] = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        }
    }

    /** A verifier that has the keys and has seen no token. */
    @Setup(Level.Invocation)
    public void forget() {
        close();
        verifier = new TokenVerifier(issuers, source.backchannel(), Clock.systemUTC(), scheduler);
        verifier.start().join();
    }

    /** Ends the background work. */
    @TearDown(Level.Trial)
    public void stop() {
        close();
        scheduler.shutdownNow();
    }

    private void close() {
        if (verifier != null) {
            verifier.close();
        }
    }

    /** Everything, with the token's digest and its place in the cache. */
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void verify(Blackhole sink) {
        for (BearerToken token : tokens) {
            VerifiedToken verified =
                    verifier.verify(BearerToken.of(token.value()), issuers).join();
            sink.consume(verified);
        }
    }

    /** The baseline. */
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void signatureOnly(Blackhole sink) throws GeneralSecurityException {
        String name = algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA";
        for (int i = 0; i < TOKENS; i++) {
            Signature signature = Signature.getInstance(name);
            signature.initVerify(key);
            signature.update(signed[i]);
            if (!signature.verify(signatures[i])) {
                throw new IllegalStateException("a good signature was refused");
            }
            sink.consume(signature);
        }
    }
}
