package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.jwt.Issuer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuersTest {
    @TempDir
    Path folder;

    @Test
    void thePlatformsVariablesMakeAnIssuer() {
        assertThat(Written.onNais(folder).load("").issuers()).containsOnlyKeys("entra");
        assertThat(Written.onNais(folder).load("").issuers().get("entra"))
                .isEqualTo(new Issuer(
                        "entra",
                        URI.create("https://login.example/t/v2.0/.well-known/openid-configuration"),
                        "https://login.example/t/v2.0",
                        URI.create("https://login.example/t/discovery/v2.0/keys"),
                        Set.of("60dea49a-255b-48b5-b0c0-0974ac1c0b53"),
                        Set.of("RS256"),
                        Duration.ofSeconds(30),
                        Set.of(),
                        Set.of(),
                        Set.of("web-id"),
                        null,
                        Issuer.Keys.DEFAULT));
    }

    @Test
    void everythingAboutAnIssuerCanBeSaid() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.issuers.kc {
                  discovery-url = "https://kc.example/discovery", issuer = "https://kc.example/{tenantid}"
                  jwks-url = "http://127.0.0.1:7/keys", audiences = [a, b], algorithms = [ES256, EdDSA], clock-skew = 5s
                  tenants = [t1, t2], token-versions = ["2.0"], clients = [c]
                  pre-authorized-apps = [{ name = "x:y:z", clientId = d }]
                  authorization-url = "https://kc.example/authorize"
                  keys { refresh = 1m, max-age = 2m, unknown-kid-interval = 3s, timeout = 4s }
                }""");

        assertThat(config.issuers().get("kc"))
                .isEqualTo(new Issuer(
                        "kc",
                        URI.create("https://kc.example/discovery"),
                        "https://kc.example/{tenantid}",
                        URI.create("http://127.0.0.1:7/keys"),
                        Set.of("a", "b"),
                        Set.of("ES256", "EdDSA"),
                        Duration.ofSeconds(5),
                        Set.of("t1", "t2"),
                        Set.of("2.0"),
                        Set.of("c", "d"),
                        URI.create("https://kc.example/authorize"),
                        new Issuer.Keys(
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4))));
    }

    @Test
    void anIssuerWhoseVariablesAreAllUnsetIsAbsent() {
        GatewayConfig config =
                Written.in(folder).load("gateway.issuers.other { discovery-url = ${?OTHER_URL}, audiences = [a] }");

        assertThat(config.issuers()).isEmpty();
    }

    @Test
    void anotherIssuerHasTheSameDefaults() {
        Issuer issuer = Written.issuer(
                Written.in(folder)
                        .load("gateway.issuers.kc { discovery-url = \"https://kc.example/d\", audiences = [a] }"),
                "kc");

        assertThat(issuer.algorithms()).containsExactly("RS256");
        assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(30));
        assertThat(issuer.keys()).isEqualTo(Issuer.Keys.DEFAULT);
        assertThat(issuer.clients()).isEmpty();
    }

    @Test
    void whatOneIssuerSaysIsNotTheDefaultOfAnother() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway.issuers {
                  entra.clock-skew = 1s
                  kc { discovery-url = "https://kc.example/d", audiences = [a] }
                }""");

        assertThat(Written.issuer(config, "kc").clockSkew()).isEqualTo(Duration.ofSeconds(30));
        assertThat(Written.issuer(config, "kc").clients()).isEmpty();
    }

    @Test
    void anAccessPolicyThatLetsNobodyInDoesNotLetEverybodyIn() {
        Issuer issuer = Written.issuer(
                Written.onNais(folder)
                        .with("AZURE_APP_PRE_AUTHORIZED_APPS", "[]")
                        .load(""),
                "entra");

        assertThat(issuer.clients()).containsExactly(PreAuthorizedApps.NOBODY);
    }

    @Test
    void clientsAreLetInBesideAnEmptyAccessPolicy() {
        GatewayConfig config = Written.onNais(folder)
                .with("AZURE_APP_PRE_AUTHORIZED_APPS", "[]")
                .load("gateway.issuers.entra.clients = [c]");

        assertThat(Written.issuer(config, "entra").clients()).containsExactly("c");
    }

    @Test
    void anIssuerCanBeTakenAway() {
        assertThat(Written.onNais(folder).load("gateway.issuers.entra = null").issuers())
                .isEmpty();
    }
}
