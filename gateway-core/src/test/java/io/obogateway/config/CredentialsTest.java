package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.ClientSecretBasic;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.PrivateKeyJwt;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TestPem;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final String ME = "gateway.providers.entra.";

    @TempDir
    Path folder;

    private static String jwk(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate().toJSONString();
    }

    /** Those of the provider, as they are now. */
    private static List<ClientAuthentication> credentials(GatewayConfig config) {
        return Written.provider(config, "entra").credentials().stream()
                .map(ClientAuthentication::current)
                .toList();
    }

    private static PrivateKeyJwt key(String jwk) {
        return PrivateKeyJwt.ofJwk(new Secret(jwk), null);
    }

    private static ClientSecretPost secret(String secret) {
        return new ClientSecretPost(new Secret(secret));
    }

    @Test
    void thePlatformsKeyCountsOverItsSecret() throws Exception {
        String current = jwk("one");
        String next = jwk("two");

        GatewayConfig config = Written.onNais(folder)
                .with("AZURE_APP_JWK", current)
                .with("AZURE_APP_NEXT_JWK", next)
                .load("");

        assertThat(credentials(config)).containsExactly(key(current), key(next));
    }

    @Test
    void theMethodCanBeChosen() throws Exception {
        Written written = Written.onNais(folder).with("AZURE_APP_JWK", jwk("one"));

        assertThat(credentials(written.load(ME + "client-authentication = client_secret_post")))
                .containsExactly(secret("first-secret"), secret("second-secret"));
        assertThat(credentials(written.load(ME + "client-authentication = client_secret_basic")))
                .containsExactly(
                        new ClientSecretBasic(new Secret("first-secret")),
                        new ClientSecretBasic(new Secret("second-secret")));
    }

    @Test
    void aSecretInAFileCountsOverOneInAVariable() {
        Written written = Written.onNais(folder).file("secrets/client", "from-file\n");

        assertThat(credentials(written.load(ME + "client-secret-file = \"secrets/client\"")))
                .containsExactly(secret("from-file"), secret("second-secret"));
    }

    @Test
    void aKeyInAFileCountsOverOneInAVariable() throws Exception {
        String fromFile = jwk("file");
        Written written =
                Written.onNais(folder).with("AZURE_APP_JWK", jwk("one")).file("key.jwk", fromFile);

        assertThat(credentials(written.load(ME + "private-key-jwk-file = \"key.jwk\"")))
                .containsExactly(key(fromFile));
    }

    @Test
    void aCertificateAndItsKeyCountOverABareKey() throws Exception {
        TestPem pem = TestPem.create(folder, "gateway");
        Written written = Written.onNais(folder)
                .with("AZURE_APP_JWK", jwk("one"))
                .file("tls.crt", pem.certificate())
                .file("tls.key", pem.privateKey());

        assertThat(credentials(written.load(ME + "certificate-file = tls.crt\n" + ME + "private-key-file = tls.key")))
                .containsExactly(PrivateKeyJwt.ofPem(pem.certificate(), new Secret(pem.privateKey()), null));
    }

    @Test
    void assertionsAreForTheTokenUrlUnlessSaidOtherwise() throws Exception {
        Written written = Written.onNais(folder).with("AZURE_APP_JWK", jwk("one"));

        assertThat(audience(written.load(""))).isEqualTo("https://login.example/t/oauth2/v2.0/token");
        assertThat(audience(written.load(ME + "assertion-audience = \"https://issuer\"")))
                .isEqualTo("https://issuer");
    }

    private static String audience(GatewayConfig config) throws Exception {
        Map<String, String> form = new HashMap<>();
        URI tokenUrl = Written.provider(config, "entra").tokenUrl();
        credentials(config).get(0).apply("me", tokenUrl, form, new HashMap<>(), Clock.systemUTC());
        return SignedJWT.parse(form.get("client_assertion"))
                .getJWTClaimsSet()
                .getAudience()
                .get(0);
    }

    @Test
    void keysDoNotPrintAndTheTableNamesTheMethod() throws Exception {
        String jwk = jwk("one");
        GatewayConfig config = Written.onNais(folder)
                .with("AZURE_APP_JWK", jwk)
                .file("next.jwk", jwk("two"))
                .load(ME + "private-key-jwk-file = \"next.jwk\"");

        assertThat(config.toString() + RouteTableReport.render(config))
                .contains("private_key_jwt ***")
                .doesNotContain("\"d\"", "first-secret");
    }
}
