package io.obogateway.fakeentra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An access token in the making. Begins as a valid one; each method spoils or changes one thing. Not thread-safe. */
public final class TokenBuilder {
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private final Instant now;
    private JWK key;
    private @Nullable JWSAlgorithm algorithm;
    private @Nullable String kid;
    private boolean kidLess;
    private @Nullable String type = "JWT";

    TokenBuilder(JWK key, Instant now, Duration life) {
        this.key = key;
        this.now = now;
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", now.plus(life).getEpochSecond());
        claims.put("uti", UUID.randomUUID().toString());
        claims.put("ver", "2.0");
    }

    /** Another person: name, {@code oid} and {@code sub} all follow from the name. */
    public TokenBuilder employee(String name) {
        return name(name).oid(idOf("oid of " + name)).subject(idOf("sub of " + name));
    }

    private static String idOf(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    public TokenBuilder name(String name) {
        return claim("name", name).claim("preferred_username", name + "@example.com");
    }

    public TokenBuilder oid(String oid) {
        return claim("oid", oid);
    }

    public TokenBuilder subject(String subject) {
        return claim("sub", subject);
    }

    public TokenBuilder tenant(String tid) {
        return claim("tid", tid);
    }

    /** The app that the caller used: {@code azp}. */
    public TokenBuilder client(String azp) {
        return claim("azp", azp);
    }

    /** {@code scp}: space-separated permissions. */
    public TokenBuilder scopes(String scopes) {
        return claim("scp", scopes);
    }

    public TokenBuilder roles(String... roles) {
        return claim("roles", List.of(roles));
    }

    public TokenBuilder groups(String... groups) {
        return claim("groups", List.of(groups));
    }

    public TokenBuilder audience(String... audience) {
        return claim("aud", audience.length == 1 ? audience[0] : Arrays.asList(audience));
    }

    public TokenBuilder issuer(String issuer) {
        return claim("iss", issuer);
    }

    /** From now; negative: expired. */
    public TokenBuilder expiresIn(Duration life) {
        return expiresAt(now.plus(life));
    }

    public TokenBuilder expiresAt(Instant time) {
        return claim("exp", time.getEpochSecond());
    }

    public TokenBuilder notBefore(Instant time) {
        return claim("nbf", time.getEpochSecond());
    }

    public TokenBuilder claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    public TokenBuilder without(String claim) {
        claims.remove(claim);
        return this;
    }

    /** Names another key in the header than the one that signs. */
    public TokenBuilder kid(String named) {
        kid = named;
        return this;
    }

    public TokenBuilder withoutKid() {
        kidLess = true;
        return this;
    }

    /** The header's {@code typ}; null leaves it out. */
    public TokenBuilder type(@Nullable String typ) {
        type = typ;
        return this;
    }

    /** Signs with another private key, under its own {@code kid} unless {@link #kid} says otherwise. */
    public TokenBuilder signedWith(JWK other) {
        key = other;
        return this;
    }

    /** Signs with another algorithm of the same key: PS256, RS512, … */
    public TokenBuilder algorithm(JWSAlgorithm other) {
        algorithm = other;
        return this;
    }

    /** The signed token. */
    public String issue() {
        JWSAlgorithm signing = algorithm == null ? SigningKeys.algorithmOf(key) : algorithm;
        try {
            return signed(signing, new DefaultJWSSignerFactory().createJWSSigner(key, signing));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token with {@code alg=none} (RFC 7519 section 6) and no signature. */
    public String issueUnsigned() {
        return new PlainJWT(claimsSet()).serialize();
    }

    /** The token signed by HMAC with the published key's text as the shared secret: algorithm confusion. */
    public String issueHmac() {
        try {
            byte[] secret = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
            return signed(JWSAlgorithm.HS256, new MACSigner(secret));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token with one claim changed after signing. */
    public String issueTampered(String claim, Object value) {
        String[] parts = issue().split("\\.", -1);
        claims.put(claim, value);
        return parts[0] + "." + Base64URL.encode(JsonText.of(claims)) + "." + parts[2];
    }

    private String signed(JWSAlgorithm signing, JWSSigner signer) throws JOSEException {
        JWSHeader.Builder header = new JWSHeader.Builder(signing);
        if (!kidLess) {
            header.keyID(kid == null ? key.getKeyID() : kid);
        }
        if (type != null) {
            header.type(new com.nimbusds.jose.JOSEObjectType(type));
        }
        SignedJWT token = new SignedJWT(header.build(), claimsSet());
        token.sign(signer);
        return token.serialize();
    }

    private JWTClaimsSet claimsSet() {
        try {
            return JWTClaimsSet.parse(claims);
        } catch (java.text.ParseException e) {
            throw new IllegalStateException("a registered claim has a value of the wrong type", e);
        }
    }
}
