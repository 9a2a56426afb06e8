package io.obogateway.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.obogateway.pem.Pem;
import io.obogateway.pem.PemException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code private_key_jwt}: a short-lived assertion signed with the gateway's key (RFC 7523, 2.2; OpenID Connect Core, 9).
 * Every request gets an assertion of its own, because some providers accept a {@code jti} only once.
 */
public final class PrivateKeyJwt implements ClientAuthentication {
    public static final String METHOD = "private_key_jwt";

    /* The shortest maximum among the providers we know is two minutes (TokenX). */
    private static final Duration LIFETIME = Duration.ofSeconds(60);

    private final JWK key;
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;
    private final @Nullable String audience;

    private PrivateKeyJwt(JWK key, JWSAlgorithm algorithm, @Nullable String audience) {
        this.key = key;
        this.algorithm = algorithm;
        this.audience = audience;
        try {
            this.signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the key cannot sign with " + algorithm.getName());
        }
    }

    /**
     * With a private JSON Web Key (RFC 7517): its {@code kid} goes into the header, its {@code alg} decides the algorithm
     * (default RS256, or what the curve demands).
     *
     * @param jwk the key as JSON
     * @param audience the {@code aud} of the assertions; null: the token URL
     * @throws IllegalArgumentException when it is no private RSA or EC key; the message says nothing of the key
     */
    public static PrivateKeyJwt ofJwk(Secret jwk, @Nullable String audience) {
        JWK key;
        try {
            key = JWK.parse(jwk.reveal());
        } catch (ParseException e) {
            throw new IllegalArgumentException("not a JSON Web Key");
        }
        if (!key.isPrivate() || !(key instanceof RSAKey || key instanceof ECKey)) {
            throw new IllegalArgumentException("the JSON Web Key is not a private RSA or EC key");
        }
        return new PrivateKeyJwt(key, algorithm(key), audience);
    }

    /**
     * With a certificate and its RSA key: PS256 and {@code x5t#S256}, as Entra asks for.
     *
     * @param certificate PEM, the first one counts
     * @param privateKey PEM, PKCS #8, not encrypted
     * @param audience the {@code aud} of the assertions; null: the token URL
     * @throws IllegalArgumentException when they are not what is said or do not belong together
     */
    public static PrivateKeyJwt ofPem(String certificate, Secret privateKey, @Nullable String audience) {
        X509Certificate x509 = first(certificate);
        try {
            byte[] thumbprint = MessageDigest.getInstance("SHA-256").digest(x509.getEncoded());
            if (!(x509.getPublicKey() instanceof RSAPublicKey publicKey)) {
                throw new IllegalArgumentException("the certificate is not for an RSA key");
            }
            if (!(key(privateKey) instanceof RSAPrivateKey rsa)
                    || !rsa.getModulus().equals(publicKey.getModulus())) {
                throw new IllegalArgumentException("the private key does not belong to the certificate");
            }
            RSAKey key = new RSAKey.Builder(publicKey)
                    .privateKey(rsa)
                    .x509CertSHA256Thumbprint(Base64URL.encode(thumbprint))
                    .build();
            return new PrivateKeyJwt(key, JWSAlgorithm.PS256, audience);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate cannot be used");
        }
    }

    private static X509Certificate first(String certificates) {
        try {
            return Pem.certificates(certificates).get(0);
        } catch (PemException e) {
            throw new IllegalArgumentException("the certificate's file " + e.getMessage());
        }
    }

    private static PrivateKey key(Secret privateKey) {
        try {
            return Pem.privateKey(privateKey.reveal());
        } catch (PemException e) {
            throw new IllegalArgumentException("the key's file " + e.getMessage());
        }
    }

    private static JWSAlgorithm algorithm(JWK key) {
        if (key.getAlgorithm() != null) {
            return JWSAlgorithm.parse(key.getAlgorithm().getName());
        }
        if (key instanceof ECKey ec) {
            return switch (ec.getCurve().getName()) {
                case "P-384" -> JWSAlgorithm.ES384;
                case "P-521" -> JWSAlgorithm.ES512;
                default -> JWSAlgorithm.ES256;
            };
        }
        return JWSAlgorithm.RS256;
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public void apply(
            String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock) {
        form.put("client_assertion", assertion(clientId, tokenUrl, clock.instant()));
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    }

    private String assertion(String clientId, URI tokenUrl, Instant now) {
        JWSHeader.Builder header = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT);
        if (key.getKeyID() != null) {
            header.keyID(key.getKeyID());
        }
        if (key.getX509CertSHA256Thumbprint() != null) {
            header.x509CertSHA256Thumbprint(key.getX509CertSHA256Thumbprint());
        }
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .audience(audience == null ? tokenUrl.toString() : audience)
                .issuer(clientId)
                .subject(clientId)
                .jwtID(UUID.randomUUID().toString())
                .notBeforeTime(Date.from(now))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        SignedJWT jwt = new SignedJWT(header.build(), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key that was accepted cannot sign", e);
        }
        return jwt.serialize();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PrivateKeyJwt that
                && key.equals(that.key)
                && algorithm.equals(that.algorithm)
                && Objects.equals(audience, that.audience);
    }

    @Override
    public int hashCode() {
        return Objects.hash(algorithm, audience);
    }

    @Override
    public String toString() {
        return "PrivateKeyJwt[" + algorithm.getName() + ", ***]";
    }
}
