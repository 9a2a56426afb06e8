package io.obogateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.GatewayException;
import io.obogateway.http.Backchannel;
import io.obogateway.jwt.BearerToken;
import io.obogateway.jwt.Check;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import io.obogateway.jwt.VerifiedToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A verifier whose time stands still and whose keys nobody can sign with: their private parts were thrown away once the
 * genuine tokens were signed.
 */
final class Verifier {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
    private static final Issuer ISSUER = new Issuer(
            "entra",
            null,
            "https://login.example/v2.0",
            URI.create("https://login.example/keys"),
            Set.of("gateway-client-id"),
            Set.of("RS256", "PS256", "ES256", "EdDSA"),
            Duration.ofSeconds(30),
            Set.of(),
            Set.of(),
            Set.of(),
            null,
            Issuer.Keys.DEFAULT);

    private final Set<String> genuine =
            new HashSet<>(resource("genuine.txt").lines().toList());
    private final TokenVerifier verifier;

    Verifier() {
        String keys = resource("keys.json");
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keys");
            thread.setDaemon(true);
            return thread;
        });
        Backchannel published = call -> CompletableFuture.completedFuture(new Backchannel.Answer(200, Map.of(), keys));
        verifier = new TokenVerifier(List.of(ISSUER), published, CLOCK, scheduler);
        verifier.start().join();
        // with nobody to publish a new key, a token with an unknown one is refused at once
        verifier.close();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Verifier.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever the text: the checks go in their order, the first that fails ends them, and only the genuine passes. */
    void check(String text) {
        BearerToken token = BearerToken.of(text);
        List<Check.Result> results = verifier.explain(token, List.of(ISSUER)).join();

        Check before = null;
        for (int i = 0; i < results.size(); i++) {
            Check.Result result = results.get(i);
            assertThat(before == null || before.compareTo(result.check()) <= 0)
                    .as("%s comes after %s", result.check(), before)
                    .isTrue();
            assertThat(result.passed() || i == results.size() - 1)
                    .as("%s failed and was not the last check", result.check())
                    .isTrue();
            before = result.check();
        }
        Check.Result last = results.get(results.size() - 1);
        assertThat(last.passed()).as("accepted").isEqualTo(genuine.contains(text));
        decidesTheSame(token, last);
    }

    private void decidesTheSame(BearerToken token, Check.Result last) {
        try {
            VerifiedToken verified = verifier.verify(token, List.of(ISSUER)).join();
            assertThat(last.passed()).as("verified as explained").isTrue();
            assertThat(verified.value()).isEqualTo(token.value());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(GatewayException.class);
            assertThat(((GatewayException) e.getCause()).refusal().detail())
                    .isEqualTo(last.check().sentence());
        }
    }
}
