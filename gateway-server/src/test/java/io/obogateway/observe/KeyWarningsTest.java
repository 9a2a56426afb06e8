package io.obogateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.obogateway.http.Backchannel;
import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenVerifier;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What an operator reads of an issuer's published keys. */
class KeyWarningsTest {
    private static final String KEYS = "{\"keys\":["
            + "{\"kid\":\"shared\",\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},"
            + "{\"kid\":\"half\",\"kty\":\"RSA\",\"e\":\"AQAB\"},"
            + "{\"kid\":\"theirs\",\"kty\":\"RSA\",\"use\":\"enc\"},"
            + "{\"kid\":\"good\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY\","
            + "\"y\":\"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw\"}]}";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.obogateway.jwt");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void listen() {
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(written);
        scheduler.shutdownNow();
    }

    @Test
    void badKeysAmongGoodOnesAreNamedWithTheReasonAndOthersUsed() throws Exception {
        Backchannel published = call -> CompletableFuture.completedFuture(new Backchannel.Answer(200, Map.of(), KEYS));
        try (TokenVerifier verifier = new TokenVerifier(List.of(issuer()), published, Clock.systemUTC(), scheduler)) {
            verifier.start().get(10, TimeUnit.SECONDS);

            assertThat(verifier.notReady()).isEmpty();
        }
        assertThat(written.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "WARN issuer entra: published key shared is skipped: it is symmetric, or its private part is public",
                        "WARN issuer entra: published key half is skipped: it is malformed");
    }

    private static Issuer issuer() {
        return new Issuer(
                "entra",
                null,
                "https://login.example/v2.0",
                URI.create("https://login.example/keys"),
                Set.of("gateway"),
                Set.of("ES256"),
                Duration.ofSeconds(30),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                Issuer.Keys.DEFAULT);
    }
}
