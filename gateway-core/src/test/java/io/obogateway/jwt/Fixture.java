package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.http.TestBackchannel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A verifier in front of a real key server, with time and scheduler in the test's hands. */
final class Fixture implements AutoCloseable {
    final MutableClock clock = new MutableClock();
    final Tokens tokens = new Tokens(clock);
    final HandScheduler scheduler = new HandScheduler(clock);
    final TestBackchannel backchannel = new TestBackchannel();
    final KeyServer server;
    final List<Issuer> issuers;
    final TokenVerifier verifier;

    @SafeVarargs
    @SuppressWarnings("varargs")
    Fixture(UnaryOperator<IssuerBuilder>... changes) {
        this(List.of(Tokens.KEY), changes);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    Fixture(List<? extends JWK> published, UnaryOperator<IssuerBuilder>... changes) {
        try {
            server = new KeyServer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        server.publish(published.toArray(JWK[]::new));
        IssuerBuilder standard = new IssuerBuilder(server.keysUrl());
        issuers = changes.length == 0
                ? List.of(standard.build())
                : Arrays.stream(changes)
                        .map(change -> change.apply(new IssuerBuilder(server.keysUrl()))
                                .build())
                        .toList();
        verifier = new TokenVerifier(issuers, backchannel, clock, scheduler);
    }

    /** Fetches the keys. */
    Fixture started() {
        verifier.start().join();
        return this;
    }

    VerifiedToken verified(BearerToken token) {
        return await(verifier.verify(token, issuers));
    }

    Refusal refusal(BearerToken token) {
        return refusal(verifier.verify(token, issuers));
    }

    static Refusal refusal(CompletableFuture<VerifiedToken> future) {
        try {
            future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(GatewayException.class);
            return ((GatewayException) e.getCause()).refusal();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("the token was accepted");
    }

    void assertRefused(Check check, BearerToken token) {
        assertRefused(check, verifier.verify(token, issuers));
    }

    static void assertRefused(Check check, CompletableFuture<VerifiedToken> future) {
        Refusal refusal = refusal(future);
        assertThat(refusal.detail()).isEqualTo(check.sentence());
        assertThat(refusal.code())
                .isEqualTo(check == Check.CLIENT ? ErrorCode.CLIENT_NOT_ALLOWED : ErrorCode.TOKEN_INVALID);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Turns the clock, lets the scheduler do what is due, and waits for what that leads to. */
    void pass(Duration duration) {
        clock.advance(duration);
        scheduler.runDue();
        quiet();
    }

    void quiet() {
        try {
            backchannel.awaitQuiet();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        verifier.close();
        server.close();
    }

    /** An issuer as it would be configured, changed by each test where it matters. */
    static final class IssuerBuilder {
        String name = "entra";

        @Nullable
        URI discoveryUrl;

        @Nullable
        String issuer = Tokens.ISSUER;

        @Nullable
        URI jwksUrl;

        Set<String> audiences = Set.of(Tokens.AUDIENCE);
        Set<String> algorithms = Set.of("RS256");
        Set<String> tenants = Set.of();
        Set<String> versions = Set.of();
        Set<String> clients = Set.of();

        @Nullable
        URI authorizationUrl;

        Issuer.Keys keys = Issuer.Keys.DEFAULT;

        IssuerBuilder(URI jwksUrl) {
            this.jwksUrl = jwksUrl;
        }

        Issuer build() {
            return new Issuer(
                    name,
                    discoveryUrl,
                    issuer,
                    jwksUrl,
                    audiences,
                    algorithms,
                    Duration.ofSeconds(30),
                    tenants,
                    versions,
                    clients,
                    authorizationUrl,
                    keys);
        }
    }
}
