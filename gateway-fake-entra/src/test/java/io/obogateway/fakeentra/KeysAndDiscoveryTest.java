package io.obogateway.fakeentra;

import static io.obogateway.fakeentra.Client.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FakeEntraExtension.class)
class KeysAndDiscoveryTest {
    private final FakeEntra entra;
    private final Client client;

    KeysAndDiscoveryTest(FakeEntra entra) {
        this.entra = entra;
        this.client = new Client(entra);
    }

    private JWKSet published() throws Exception {
        return JWKSet.parse(client.get(entra.jwksUrl()).body());
    }

    @Test
    void discoveryNamesEveryAddress() throws Exception {
        Map<String, Object> document = json(client.get(entra.discoveryUrl()));

        assertThat(document)
                .containsEntry("issuer", entra.issuer())
                .containsEntry("jwks_uri", entra.jwksUrl())
                .containsEntry("token_endpoint", entra.tokenUrl())
                .containsEntry("authorization_endpoint", entra.authorizationUrl());
        assertThat(entra.discoveryRequests()).isEqualTo(1);
    }

    @Test
    void discoveryForAllTenantsHasATemplateForAnIssuer() throws Exception {
        Map<String, Object> document = json(client.get(entra.commonDiscoveryUrl()));

        assertThat(document).containsEntry("issuer", entra.issuerTemplate());
        assertThat(entra.issuerTemplate().replace("{tenantid}", entra.tenantId()))
                .isEqualTo(entra.issuer());
        assertThat(client.get(entra.commonJwksUrl()).body()).contains("{tenantid}");
    }

    @Test
    void publishedKeysHaveNoPrivatePart() throws Exception {
        assertThat(published().getKeys()).hasSize(1).allMatch(key -> !key.isPrivate());
        assertThat(entra.keyRequests()).isEqualTo(1);
    }

    @Test
    void rotatedKeySignsAndTheOldStaysPublishedUntilRemoved() throws Exception {
        String old = entra.keys().currentKid();
        entra.keys().rotate();

        assertThat(kidOf(entra.employeeToken().issue())).isNotEqualTo(old);
        assertThat(published().getKeyByKeyId(old)).isNotNull();
        assertThat(published().getKeyByKeyId(entra.keys().currentKid())).isNotNull();
        entra.keys().removeOld();
        assertThat(published().getKeyByKeyId(old)).isNull();
    }

    @Test
    void newKeySignsBeforeItIsPublished() throws Exception {
        entra.keys().rotateUnpublished();
        String kid = kidOf(entra.employeeToken().issue());

        assertThat(published().getKeyByKeyId(kid)).isNull();
        entra.keys().publish();
        assertThat(published().getKeyByKeyId(kid)).isNotNull();
    }

    @Test
    void ellipticKeySignsWithItsAlgorithm() throws Exception {
        entra.keys().rotate(new ECKeyGenerator(Curve.P_256).keyID("ec").generate());

        SignedJWT token = SignedJWT.parse(entra.employeeToken().issue());

        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        assertThat(ClientCredentials.verifies(token, published().getKeyByKeyId("ec")))
                .isTrue();
    }

    @Test
    void foreignKeysArePublishedAsTheyAre() throws Exception {
        entra.keys().publishAlso(Map.of("kty", "oct", "kid", "shared", "k", "c2VjcmV0", "alg", "HS256"));

        assertThat((List<?>) json(client.get(entra.jwksUrl())).get("keys")).hasSize(2);
    }

    @Test
    void brokenKeysMend() throws Exception {
        entra.keysAnswer(Answer.html(500));
        entra.discoveryAnswer(Answer.garbage());

        assertThat(client.get(entra.jwksUrl()).statusCode()).isEqualTo(500);
        assertThat(client.get(entra.discoveryUrl()).body()).doesNotContain("issuer");
        entra.mend();
        assertThat(client.get(entra.jwksUrl()).statusCode()).isEqualTo(200);
        assertThat(client.get(entra.discoveryUrl()).body()).contains("issuer");
    }

    @Test
    void forgedTokensAreReadableAndWrong() throws Exception {
        String unsigned = entra.employeeToken().issueUnsigned();
        String hmac = entra.employeeToken().issueHmac();
        SignedJWT tampered = SignedJWT.parse(entra.employeeToken().issueTampered("oid", "root"));

        assertThat(JWTParser.parse(unsigned).getHeader().getAlgorithm().getName())
                .isEqualTo("none");
        assertThat(SignedJWT.parse(hmac).getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(tampered.getJWTClaimsSet().getClaim("oid")).isEqualTo("root");
        assertThat(ClientCredentials.verifies(tampered, entra.keys().current())).isFalse();
    }

    private static String kidOf(String token) throws Exception {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }
}
