package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.obogateway.pem.Pem;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCredentialTest {
    private static final URI TOKEN_URL = URI.create("https://login.example/t/token");

    private final Fixtures.Time time = new Fixtures.Time();

    private SignedJWT assertion(ClientAuthentication credential) throws Exception {
        Map<String, String> form = new LinkedHashMap<>();
        credential.apply("gateway-id", TOKEN_URL, form, new LinkedHashMap<>(), time);
        assertThat(form)
                .containsOnlyKeys("client_assertion", "client_assertion_type")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        return SignedJWT.parse(form.get("client_assertion"));
    }

    @Test
    void assertionIsSignedByTheKeyAndSaysWhoAndForWhomAndHowLong() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k1").generate();
        SignedJWT jwt = assertion(PrivateKeyJwt.ofJwk(new Secret(key.toJSONString()), null));

        assertThat(jwt.verify(new RSASSAVerifier(key.toRSAPublicKey()))).isTrue();
        assertThat(jwt.getHeader().toJSONObject())
                .containsOnly(Map.entry("alg", "RS256"), Map.entry("typ", "JWT"), Map.entry("kid", "k1"));
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("gateway-id");
        assertThat(claims.getSubject()).isEqualTo("gateway-id");
        assertThat(claims.getAudience()).containsExactly(TOKEN_URL.toString());
        assertThat(claims.getIssueTime()).isEqualTo(Date.from(Fixtures.NOW));
        assertThat(claims.getNotBeforeTime()).isEqualTo(Date.from(Fixtures.NOW));
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(Fixtures.NOW.plusSeconds(60)));
    }

    @Test
    void everyAssertionHasItsOwnId() throws Exception {
        PrivateKeyJwt credential = PrivateKeyJwt.ofJwk(
                new Secret(new RSAKeyGenerator(2048).generate().toJSONString()), "https://issuer.example");

        JWTClaimsSet first = assertion(credential).getJWTClaimsSet();
        assertThat(first.getJWTID())
                .isNotEqualTo(assertion(credential).getJWTClaimsSet().getJWTID());
        assertThat(first.getAudience()).containsExactly("https://issuer.example");
    }

    @Test
    void keyDecidesTheAlgorithm() throws Exception {
        RSAKey ps = new RSAKeyGenerator(2048).algorithm(JWSAlgorithm.PS256).generate();
        ECKey ec = new ECKeyGenerator(Curve.P_384).generate();

        assertThat(assertion(PrivateKeyJwt.ofJwk(new Secret(ps.toJSONString()), null))
                        .getHeader()
                        .getAlgorithm())
                .isEqualTo(JWSAlgorithm.PS256);
        SignedJWT byCurve = assertion(PrivateKeyJwt.ofJwk(new Secret(ec.toJSONString()), null));
        assertThat(byCurve.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES384);
        assertThat(byCurve.verify(new ECDSAVerifier(ec.toECPublicKey()))).isTrue();
    }

    @Test
    void certificateIsNamedByItsThumbprint(@TempDir Path folder) throws Exception {
        TestPem pem = TestPem.create(folder, "ours");
        PrivateKeyJwt credential = PrivateKeyJwt.ofPem(pem.certificate(), new Secret(pem.privateKey()), null);
        SignedJWT jwt = assertion(credential);

        X509Certificate certificate = Pem.certificates(pem.certificate()).get(0);
        assertThat(certificate.getPublicKey()).isInstanceOf(RSAPublicKey.class);
        assertThat(jwt.verify(new RSASSAVerifier((RSAPublicKey) certificate.getPublicKey())))
                .isTrue();
        assertThat(jwt.getHeader().toJSONObject())
                .containsOnly(
                        Map.entry("alg", "PS256"),
                        Map.entry("typ", "JWT"),
                        Map.entry(
                                "x5t#S256",
                                Base64URL.encode(MessageDigest.getInstance("SHA-256")
                                                .digest(certificate.getEncoded()))
                                        .toString()));
    }

    @Test
    void keyThatDoesNotBelongToTheCertificateIsRefused(@TempDir Path folder) throws Exception {
        String certificate = TestPem.create(folder, "ours").certificate();
        Secret key = new Secret(TestPem.create(folder, "other").privateKey());

        assertThatThrownBy(() -> PrivateKeyJwt.ofPem(certificate, key, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "{\"kty\":\"oct\",\"k\":\"aHVudGVyMg\"}",
                "{\"kty\":\"RSA\",\"n\":\"hunter2\",\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"d\":\"hunter2\"}"
            })
    void whatIsNoPrivateKeyIsRefusedWithoutRepeatingIt(String jwk) {
        assertThatThrownBy(() -> PrivateKeyJwt.ofJwk(new Secret(jwk), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void keysAreComparedAndNeverPrinted() throws Exception {
        Secret jwk = new Secret(new RSAKeyGenerator(2048).keyID("k1").generate().toJSONString());
        PrivateKeyJwt credential = PrivateKeyJwt.ofJwk(jwk, null);

        assertThat(credential).isEqualTo(PrivateKeyJwt.ofJwk(jwk, null)).isNotEqualTo(PrivateKeyJwt.ofJwk(jwk, "a"));
        assertThat(credential).hasToString("PrivateKeyJwt[RS256, ***]");
    }
}
