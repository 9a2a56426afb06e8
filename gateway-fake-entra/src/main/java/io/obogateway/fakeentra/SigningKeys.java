package io.obogateway.fakeentra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The provider's keys: the one it signs with, and those it publishes, which need not be the same. Thread-safe. */
public final class SigningKeys {
    private static final int BITS = 2048;

    private final List<JWK> published = new ArrayList<>();
    private final List<Map<String, Object>> others = new ArrayList<>();
    private JWK current;

    SigningKeys() {
        current = newKey();
        published.add(current);
    }

    /** A fresh RSA key that no provider publishes. */
    public static JWK newKey() {
        try {
            return new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What new tokens are signed with, private part included. */
    public synchronized JWK current() {
        return current;
    }

    public synchronized String currentKid() {
        return current.getKeyID();
    }

    /** Signs with a new key and publishes it beside the old ones. */
    public void rotate() {
        rotate(newKey());
    }

    /** Signs with this key (RSA or EC, private) and publishes it beside the old ones. */
    public synchronized void rotate(JWK key) {
        current = key;
        published.add(key);
    }

    /** Signs with a new key before it is published; {@link #publish()} publishes it. */
    public void rotateUnpublished() {
        JWK key = newKey();
        synchronized (this) {
            current = key;
        }
    }

    /** Publishes the current key if it is not published yet. */
    public synchronized void publish() {
        if (!published.contains(current)) {
            published.add(current);
        }
    }

    /** Publishes this key no longer. */
    public synchronized void remove(String kid) {
        published.removeIf(key -> kid.equals(key.getKeyID()));
    }

    /** Publishes the current key only. */
    public synchronized void removeOld() {
        String kept = currentKid();
        published.removeIf(key -> !kept.equals(key.getKeyID()));
    }

    /** Publishes one more JWK, whatever it is: a symmetric key, one for {@code none}, one without {@code kty}. */
    public synchronized void publishAlso(Map<String, Object> jwk) {
        others.add(jwk);
    }

    synchronized @Nullable JWK find(@Nullable String kid) {
        for (JWK key : published) {
            if (key.getKeyID().equals(kid)) {
                return key;
            }
        }
        return current.getKeyID().equals(kid) ? current : null;
    }

    synchronized void reset() {
        others.clear();
        publish();
        removeOld();
    }

    /**
     * The JWK set (RFC 7517) as Entra publishes it: no {@code alg}, and whom each key signs for.
     *
     * @param issuer the issuer, or its template with {@code {tenantid}}
     */
    synchronized String document(String issuer) {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (JWK key : published) {
            Map<String, Object> members = new LinkedHashMap<>(key.toPublicJWK().toJSONObject());
            members.put("issuer", issuer);
            keys.add(members);
        }
        keys.addAll(others);
        return JsonText.of(Map.of("keys", keys));
    }

    static JWSAlgorithm algorithmOf(JWK key) {
        if (key instanceof ECKey ec) {
            Curve curve = ec.getCurve();
            return Curve.P_256.equals(curve)
                    ? JWSAlgorithm.ES256
                    : Curve.P_384.equals(curve) ? JWSAlgorithm.ES384 : JWSAlgorithm.ES512;
        }
        return JWSAlgorithm.RS256;
    }
}
