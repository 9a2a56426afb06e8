package io.obogateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.obogateway.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes real tokens: good ones by default, and changed in one way by each test. */
final class Tokens {
    static final String ISSUER = "https://login.example/v2.0";
    static final String AUDIENCE = "gateway-client-id";
    static final RSAKey KEY = rsa("key-1", 2048);
    static final RSAKey OTHER_KEY = rsa("key-2", 2048);

    private final MutableClock clock;

    Tokens(MutableClock clock) {
        this.clock = clock;
    }

    static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits, true)
                    .keyID(kid)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static ECKey ec(String kid, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    long now() {
        return clock.seconds();
    }

    /** What an employee's token claims, with the members that a test changes; a null value takes a member away. */
    Map<String, @Nullable Object> claims(@Nullable Object... changes) {
        Map<String, @Nullable Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("aud", AUDIENCE);
        claims.put("iat", clock.seconds());
        claims.put("nbf", clock.seconds());
        claims.put("exp", clock.seconds() + 3600);
        claims.put("sub", "subject");
        claims.put("oid", "object");
        claims.put("azp", "client-app");
        claims.put("ver", "2.0");
        claims.put("scp", "defaultaccess people.read");
        for (int i = 0; i < changes.length; i += 2) {
            claims.put(String.valueOf(changes[i]), changes[i + 1]);
        }
        return claims;
    }

    /** A token that is good, but for these claims. */
    BearerToken token(@Nullable Object... changes) {
        return signed(KEY, JWSAlgorithm.RS256, header -> header, JsonWriter.write(claims(changes)));
    }

    /** A good token of another key. */
    BearerToken tokenOf(JWK key, JWSAlgorithm algorithm) {
        return signed(key, algorithm, header -> header, JsonWriter.write(claims()));
    }

    static BearerToken signed(
            JWK key, JWSAlgorithm algorithm, UnaryOperator<JWSHeader.Builder> header, String payload) {
        try {
            JWSHeader.Builder builder = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
            JWSObject jws = new JWSObject(header.apply(builder).build(), new Payload(payload));
            jws.sign(signer(key));
            return BearerToken.of(jws.serialize());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return key instanceof RSAKey rsa
                ? new RSASSASigner(rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                : new ECDSASigner((ECKey) key);
    }

    /** A good token whose header and payload are exactly these texts. */
    BearerToken raw(String header, String payload) {
        return raw(header.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
    }

    BearerToken raw(byte[] header, byte[] payload) {
        return encoded(base64Url(header), base64Url(payload));
    }

    /** A token with a right signature over exactly these two encoded parts. */
    BearerToken encoded(String header, String payload) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(KEY.toPrivateKey());
            String input = header + "." + payload;
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return BearerToken.of(input + "." + base64Url(signature.sign()));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A good token whose header has these members beside or instead of the usual ones; null takes one away. */
    BearerToken withHeader(@Nullable Object... changes) {
        Map<String, @Nullable Object> header = new LinkedHashMap<>();
        header.put("alg", "RS256");
        header.put("typ", "JWT");
        header.put("kid", KEY.getKeyID());
        for (int i = 0; i < changes.length; i += 2) {
            header.put(String.valueOf(changes[i]), changes[i + 1]);
        }
        return raw(JsonWriter.write(header), JsonWriter.write(claims()));
    }

    /** What is published of a key, with members that a test adds or changes; null takes one away. */
    static Map<String, @Nullable Object> published(JWK key, @Nullable Object... changes) {
        Map<String, @Nullable Object> members =
                new LinkedHashMap<>(key.toPublicJWK().toJSONObject());
        for (int i = 0; i < changes.length; i += 2) {
            members.put(String.valueOf(changes[i]), changes[i + 1]);
        }
        return members;
    }

    static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static BearerToken edited(BearerToken token, Consumer<StringBuilder> edit) {
        StringBuilder text = new StringBuilder(token.value());
        edit.accept(text);
        return BearerToken.of(text.toString());
    }
}
