package io.obogateway.fakeentra;

import static io.obogateway.fakeentra.Client.json;
import static io.obogateway.fakeentra.Client.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FakeEntraExtension.class)
class TokenEndpointTest {
    private static final String SCOPE = "api://prod.hr.people/.default";

    private final FakeEntra entra;
    private final Client client;

    TokenEndpointTest(FakeEntra entra) {
        this.entra = entra;
        this.client = new Client(entra);
    }

    @Test
    void exchangedTokenIsForTheScopesResourceAndTheSameEmployee() throws Exception {
        String assertion = entra.employeeToken().employee("Kari").issue();

        HttpResponse<String> response = client.post(client.exchange(assertion, SCOPE));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response))
                .containsEntry("token_type", "Bearer")
                .containsEntry("expires_in", 3599L)
                .containsEntry("ext_expires_in", 3599L)
                .containsEntry("scope", SCOPE);
        JWTClaimsSet inbound = SignedJWT.parse(assertion).getJWTClaimsSet();
        JWTClaimsSet outbound = token(response);
        assertThat(outbound.getIssuer()).isEqualTo(entra.issuer());
        assertThat(outbound.getAudience()).containsExactly("api://prod.hr.people");
        assertThat(outbound.getClaim("azp")).isEqualTo(entra.clientId());
        for (String claim : List.of("sub", "oid", "tid", "name")) {
            assertThat(outbound.getClaim(claim)).as(claim).isNotNull().isEqualTo(inbound.getClaim(claim));
        }
    }

    @Test
    void exchangedTokenIsSignedWithAPublishedKey() throws Exception {
        HttpResponse<String> response =
                client.post(client.exchange(entra.employeeToken().issue(), SCOPE));

        SignedJWT jwt = SignedJWT.parse((String) json(response).get("access_token"));
        JWKSet keys = JWKSet.parse(client.get(entra.jwksUrl()).body());
        JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(key).isNotNull();
        assertThat(ClientCredentials.verifies(jwt, key)).isTrue();
    }

    @Test
    void namedPermissionBecomesTheScopeClaim() throws Exception {
        String assertion = entra.employeeToken().issue();

        JWTClaimsSet token = token(client.post(client.exchange(assertion, "api://x/People.Read api://x/People.Write")));

        assertThat(token.getAudience()).containsExactly("api://x");
        assertThat(token.getClaim("scp")).isEqualTo("People.Read People.Write");
    }

    @Test
    void clientCredentialsGiveAnApplicationToken() throws Exception {
        HttpResponse<String> response = client.post(Map.of(
                "client_id",
                entra.clientId(),
                "client_secret",
                entra.clientSecret(),
                "grant_type",
                "client_credentials",
                "scope",
                SCOPE));

        JWTClaimsSet token = token(response);
        assertThat(token.getAudience()).containsExactly("api://prod.hr.people");
        assertThat(token.getClaim("idtyp")).isEqualTo("app");
        assertThat(token.getClaim("oid")).isEqualTo(token.getSubject());
        assertThat(entra.exchangeCount()).isZero();
        assertThat(entra.tokenRequests()).hasSize(1);
    }

    @Test
    void wrongSecretIsInvalidClient() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.put("client_secret", "guessed");

        assertRefused(client.post(form), 401, "invalid_client", 7000215);
    }

    @Test
    void refusedSecretWorksNoLongerAndTheNextDoes() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        entra.refuseClientSecret(entra.clientSecret());
        entra.acceptClientSecret("next");

        assertRefused(client.post(form), 401, "invalid_client", 7000215);
        form.put("client_secret", "next");
        assertThat(client.post(form).statusCode()).isEqualTo(200);
    }

    @Test
    void secretInBasicAuthenticationIsAccepted() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.remove("client_secret");
        form.remove("client_id");
        String pair = entra.clientId() + ":" + entra.clientSecret();
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(client.post(form, "Authorization", "Basic " + basic).statusCode())
                .isEqualTo(200);
    }

    @Test
    void requestWithoutACredentialIsInvalidClient() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.remove("client_secret");

        assertRefused(client.post(form), 401, "invalid_client", 7000218);
    }

    @Test
    void assertionSignedWithARegisteredKeyProvesTheClient() throws Exception {
        RSAKey key = SigningKeys.newKey().toRSAKey();
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.remove("client_secret");
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", clientAssertion(key, entra.tokenUrl()));

        assertRefused(client.post(form), 401, "invalid_client", 700027);
        entra.acceptClientKey(key.toPublicJWK());
        assertThat(client.post(form).statusCode()).isEqualTo(200);
        form.put("client_assertion", clientAssertion(key, "https://elsewhere.example/token"));
        assertRefused(client.post(form), 401, "invalid_client", 700027);
    }

    @Test
    void assertionOfAnotherSignerIsRefused() throws Exception {
        String foreign = entra.employeeToken().signedWith(SigningKeys.newKey()).issue();

        assertRefused(client.post(client.exchange(foreign, SCOPE)), 400, "invalid_grant", 50013);
    }

    @Test
    void assertionForAnotherAudienceIsRefused() throws Exception {
        String foreign = entra.employeeToken().audience("api://someone-else").issue();

        assertRefused(client.post(client.exchange(foreign, SCOPE)), 400, "invalid_grant", 50013);
    }

    @Test
    void applicationTokenIsNoAssertion() throws Exception {
        String marked = entra.applicationToken().issue();
        String unmarked = entra.applicationToken().without("idtyp").issue();

        assertRefused(client.post(client.exchange(marked, SCOPE)), 400, "invalid_grant", 50013);
        assertRefused(client.post(client.exchange(unmarked, SCOPE)), 400, "invalid_grant", 50013);
    }

    @Test
    void expiredAssertionIsRefused() throws Exception {
        String expired = entra.employeeToken().expiresIn(Duration.ofSeconds(-1)).issue();

        assertRefused(client.post(client.exchange(expired, SCOPE)), 400, "invalid_grant", 500133);
    }

    @Test
    void requestWithoutOnBehalfOfIsInvalid() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.remove("requested_token_use");

        assertRefused(client.post(form), 400, "invalid_request", 900144);
    }

    @Test
    void scopesOfTwoResourcesAreRefused() throws Exception {
        String assertion = entra.employeeToken().issue();

        assertRefused(client.post(client.exchange(assertion, "api://x/a api://y/b")), 400, "invalid_scope", 70011);
    }

    @Test
    void tokenExchangeOfRfc8693IsUnsupported() throws Exception {
        Map<String, String> form = client.exchange(entra.employeeToken().issue(), SCOPE);
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");

        assertRefused(client.post(form), 400, "unsupported_grant_type", 70003);
    }

    @Test
    void errorCarriesTheClientsRequestId() throws Exception {
        Map<String, String> form = client.exchange("not-a-token", SCOPE);

        HttpResponse<String> response = client.post(form, "client-request-id", "7e7e");

        assertThat(json(response)).containsEntry("correlation_id", "7e7e").containsKeys("trace_id", "timestamp");
        assertThat(response.headers().firstValue("client-request-id")).hasValue("7e7e");
    }

    @Test
    void requestIsRecordedAsItCame() throws Exception {
        Map<String, String> form =
                client.exchange(entra.employeeToken().employee("Ola").issue(), SCOPE);
        Instant before = Instant.now();

        client.post(form, "X-Trace", "abc");

        assertThat(entra.exchangeCount()).isEqualTo(1);
        TokenRequest request = entra.tokenRequests().get(0);
        assertThat(request.form()).containsExactlyEntriesOf(form);
        assertThat(request.header("x-trace")).isEqualTo("abc");
        assertThat(request.body()).contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
        assertThat(request.assertionClaims()).containsEntry("name", "Ola");
        assertThat(request.time()).isBetween(before, Instant.now());
    }

    private String clientAssertion(RSAKey key, String audience) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.PS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(entra.clientId())
                        .subject(entra.clientId())
                        .audience(audience)
                        .jwtID("1")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build());
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static void assertRefused(HttpResponse<String> response, int status, String error, long code)
            throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response)).containsEntry("error", error).containsEntry("error_codes", List.of(code));
    }
}
