package io.obogateway.jwt;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may sign inbound tokens, and what such a token must look like.
 *
 * @param name its name in the configuration
 * @param discoveryUrl where its metadata is (OpenID Connect Discovery 1.0); null: {@code issuer} and {@code jwksUrl} are given
 * @param issuer the {@code iss} value; may hold <code>{tenantid}</code>; null: taken from discovery
 * @param jwksUrl its key set (RFC 7517); null: taken from discovery
 * @param audiences accepted {@code aud} values; never empty
 * @param algorithms accepted {@code alg} values; never {@code none}, never HMAC
 * @param tenants accepted {@code tid} values; empty: any, unless {@code issuer} holds <code>{tenantid}</code>
 * @param tokenVersions accepted {@code ver} values; empty: any
 * @param clients accepted {@code azp}/{@code appid} values, pre-authorized apps included; empty: any
 * @param authorizationUrl for claims challenges; null: discovery's, else Entra's form of the issuer, else none
 */
public record Issuer(
        String name,
        @Nullable URI discoveryUrl,
        @Nullable String issuer,
        @Nullable URI jwksUrl,
        Set<String> audiences,
        Set<String> algorithms,
        Duration clockSkew,
        Set<String> tenants,
        Set<String> tokenVersions,
        Set<String> clients,
        @Nullable URI authorizationUrl,
        Keys keys) {

    /**
     * How its keys are kept.
     *
     * @param refresh between two background fetches
     * @param maxAge how long keys serve when no fetch succeeds any more
     * @param unknownKidInterval at least this long between two fetches caused by an unknown {@code kid}
     * @param timeout of one fetch
     */
    public record Keys(Duration refresh, Duration maxAge, Duration unknownKidInterval, Duration timeout) {
        public static final Keys DEFAULT =
                new Keys(Duration.ofHours(1), Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofSeconds(5));
    }

    public Issuer {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        tenants = Set.copyOf(tenants);
        tokenVersions = Set.copyOf(tokenVersions);
        clients = Set.copyOf(clients);
    }
}
