package io.obogateway.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.obogateway.http.Backchannel;
import io.obogateway.http.JsonWriter;
import io.obogateway.jwt.Issuer;
import java.net.URI;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An issuer with one key, tokens of its employees about as large as Entra's, and the backchannel that publishes the key. */
final class SignedTokens {
    private static final String ISSUER = "https://login.microsoftonline.com/8b87af7d-8647-4dc7-8df4-5f69a2011bb5/v2.0";
    private static final String AUDIENCE = "5b9c1f5e-3c1a-4c38-9d31-6bb3a4e0d6f1";
    private static final int GROUPS = 5;

    private final JWSAlgorithm algorithm;
    private final JWK key;
    private final JWSSigner signer;

    /**
     * @param algorithm {@code RS256} or {@code ES256}
     */
    SignedTokens(String algorithm) {
        this.algorithm = JWSAlgorithm.parse(algorithm);
        try {
            if (this.algorithm.equals(JWSAlgorithm.ES256)) {
                ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("signing-key").generate();
                key = ec;
                signer = new ECDSASigner(ec);
            } else {
                RSAKey rsa = new RSAKeyGenerator(2048).keyID("signing-key").generate();
                key = rsa;
                signer = new RSASSASigner(rsa);
            }
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    Issuer issuer() {
        return new Issuer(
                "entra",
                null,
                ISSUER,
                URI.create("https://login.microsoftonline.com/keys"),
                Set.of(AUDIENCE),
                Set.of(algorithm.getName()),
                Duration.ofSeconds(30),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                Issuer.Keys.DEFAULT);
    }

    PublicKey publicKey() {
        try {
            return key instanceof RSAKey rsa ? rsa.toPublicKey() : ((ECKey) key).toPublicKey();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers every call with the key set. */
    Backchannel backchannel() {
        String keySet = new JWKSet(key).toString(true);
        return call -> CompletableFuture.completedFuture(new Backchannel.Answer(200, Map.of(), keySet));
    }

    /** A token like no other. */
    String token(int number) {
        long now = Clock.systemUTC().instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("aud", AUDIENCE);
        claims.put("iss", ISSUER);
        claims.put("iat", now);
        claims.put("nbf", now);
        claims.put("exp", now + 36_000);
        claims.put("azp", "c9d5b3b4-5f1e-4f8b-9d3e-0b7c8f0a1e55");
        claims.put("azpacr", "1");
        claims.put("groups", List.of(groups(number)));
        claims.put("name", "Employee " + number);
        claims.put(
                "oid",
                "00000000-0000-4000-8000-"
                        + String.valueOf(1_000_000_000_000L + number).substring(1));
        claims.put("preferred_username", "employee." + number + "@example.com");
        claims.put("scp", "defaultaccess people.read");
        claims.put("sub", "subject-" + number);
        claims.put("tid", "8b87af7d-8647-4dc7-8df4-5f69a2011bb5");
        claims.put("ver", "2.0");
        try {
            JWSObject token = new JWSObject(
                    new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(),
                    new Payload(JsonWriter.write(claims)));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object[] groups(int number) {
        Object[] groups = new Object[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = "00000000-0000-4000-9000-"
                    + String.valueOf(1_000_000_000_000L + number * 7L + i).substring(1);
        }
        return groups;
    }
}
