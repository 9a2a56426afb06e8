package io.obogateway.oauth;

import io.obogateway.jwt.Issuer;
import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/** What the tests of this package have in common: a time that stands still, inbound tokens, a provider. */
final class Fixtures {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final String SCOPE = "api://prod-gcp.hr.people-api/.default";

    private Fixtures() {}

    /** A clock that is set by hand. */
    static final class Time extends Clock {
        private volatile Instant now = NOW;

        synchronized void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    static VerifiedToken employee(String value) {
        return employee(value, NOW.plus(Duration.ofHours(10)));
    }

    static VerifiedToken employee(String value, Instant expiresAt) {
        return token(value, VerifiedToken.Kind.EMPLOYEE, "tenant-1", expiresAt);
    }

    static VerifiedToken application(String value, String tenant) {
        return token(value, VerifiedToken.Kind.APPLICATION, tenant, NOW.plus(Duration.ofHours(10)));
    }

    private static VerifiedToken token(String value, VerifiedToken.Kind kind, String tenant, Instant expiresAt) {
        Issuer issuer = new Issuer(
                "entra",
                null,
                "https://login.example/v2.0",
                URI.create("https://login.example/keys"),
                Set.of("gateway"),
                Set.of("RS256"),
                Duration.ofSeconds(30),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                Issuer.Keys.DEFAULT);
        return new VerifiedToken(
                value,
                TokenDigest.of(value),
                issuer,
                kind,
                "subject",
                "object",
                tenant,
                "calling-app",
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                Set.of(),
                "kid",
                expiresAt);
    }

    static EntraProvider entra(URI tokenUrl) {
        return entra(tokenUrl, new ProviderLimits(Duration.ofSeconds(5), 1));
    }

    static EntraProvider entra(URI tokenUrl, ProviderLimits limits) {
        return new EntraProvider(
                "entra", tokenUrl, "gateway-id", List.of(new ClientSecretPost(new Secret("s3cret"))), limits);
    }

    static ExchangeTarget onBehalfOf(TokenProvider provider) {
        return new ExchangeTarget(provider, Grant.ON_BEHALF_OF, SCOPE, null);
    }

    static ExchangeTarget asApplication(TokenProvider provider) {
        return new ExchangeTarget(provider, Grant.CLIENT_CREDENTIALS, SCOPE, null);
    }
}
