package io.obogateway.fakeentra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the gateway's own registration may prove itself with: secrets and keys (RFC 7523). Thread-safe. */
final class ClientCredentials {
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final String clientId;
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final List<JWK> keys = new CopyOnWriteArrayList<>();

    ClientCredentials(String clientId) {
        this.clientId = clientId;
    }

    void accept(String secret) {
        secrets.add(secret);
    }

    void accept(JWK publicKey) {
        keys.add(publicKey);
    }

    void refuse(String secret) {
        secrets.remove(secret);
    }

    void refuseAll() {
        secrets.clear();
        keys.clear();
    }

    /** Null when the request is the client's own, else Entra's error. */
    @Nullable
    Answer refusal(TokenRequest request, String tokenUrl, Instant now) {
        String id = request.parameter("client_id");
        String secret = request.parameter("client_secret");
        String basic = request.header("authorization");
        if (basic != null && basic.regionMatches(true, 0, "Basic ", 0, 6)) {
            String[] pair = basicPair(basic.substring(6));
            id = pair[0];
            secret = pair[1];
        }
        String assertion = request.parameter("client_assertion");
        if (id.isEmpty() && assertion.isEmpty()) {
            return Answer.error(400, "invalid_request").code(900144);
        }
        if (!id.isEmpty() && !id.equals(clientId)) {
            return Answer.error(400, "unauthorized_client").code(700016);
        }
        if (!assertion.isEmpty()) {
            boolean proven = request.parameter("client_assertion_type").equals(ASSERTION_TYPE)
                    && proves(assertion, tokenUrl, now);
            return proven ? null : Answer.error(401, "invalid_client").code(700027);
        }
        if (secret.isEmpty()) {
            return Answer.error(401, "invalid_client").code(7000218);
        }
        return secrets.contains(secret)
                ? null
                : Answer.error(401, "invalid_client").code(7000215);
    }

    private static String[] basicPair(String encoded) {
        String[] pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
        return new String[] {
            URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
            pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8)
        };
    }

    private boolean proves(String assertion, String tokenUrl, Instant now) {
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            Date expiry = claims.getExpirationTime();
            return clientId.equals(claims.getIssuer())
                    && clientId.equals(claims.getSubject())
                    && claims.getAudience().contains(tokenUrl)
                    && claims.getJWTID() != null
                    && expiry != null
                    && expiry.toInstant().isAfter(now)
                    && signedByClient(jwt);
        } catch (ParseException e) {
            return false;
        }
    }

    private boolean signedByClient(SignedJWT jwt) {
        for (JWK key : keys) {
            if (isNamedBy(jwt.getHeader(), key) && verifies(jwt, key)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamedBy(JWSHeader header, JWK key) {
        if (header.getKeyID() != null) {
            return header.getKeyID().equals(key.getKeyID());
        }
        Base64URL thumbprint = header.getX509CertSHA256Thumbprint();
        return thumbprint != null && thumbprint.equals(key.getX509CertSHA256Thumbprint());
    }

    static boolean verifies(SignedJWT jwt, JWK key) {
        try {
            return jwt.verify(new DefaultJWSVerifierFactory()
                    .createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey()));
        } catch (JOSEException e) {
            return false;
        }
    }
}
