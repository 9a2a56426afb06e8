package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
    @TempDir
    Path folder;

    @Test
    void thePlatformsVariablesMakeAProvider() {
        assertThat(Written.onNais(folder).load("").providers().values())
                .containsExactly(new EntraProvider(
                        "entra",
                        URI.create("https://login.example/t/oauth2/v2.0/token"),
                        "60dea49a-255b-48b5-b0c0-0974ac1c0b53",
                        List.of(
                                new ClientSecretPost(new Secret("first-secret")),
                                new ClientSecretPost(new Secret("second-secret"))),
                        ProviderLimits.DEFAULT));
    }

    @Test
    void everythingAboutAProviderCanBeSaid() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.providers.mine {
                  type = entra, token-url = "http://localhost:9/token", client-id = me, client-secret = one
                  next-client-secret = two, timeout = 900ms, retries = 0
                }""");

        assertThat(config.providers().values())
                .containsExactly(new EntraProvider(
                        "mine",
                        URI.create("http://localhost:9/token"),
                        "me",
                        List.of(new ClientSecretPost(new Secret("one")), new ClientSecretPost(new Secret("two"))),
                        new ProviderLimits(Duration.ofMillis(900), 0)));
    }

    @Test
    void aProviderWhoseVariablesAreAllUnsetIsAbsent() {
        assertThat(Written.in(folder).load("").providers()).isEmpty();
    }

    @Test
    void aSecretInAFileCountsOverOneInAVariable() {
        Written written = Written.onNais(folder).file("secrets/client", "from-file\n");

        GatewayConfig config = written.load("gateway.providers.entra.client-secret-file = \"secrets/client\"");

        assertThat(Written.provider(config, "entra").credentials().get(0))
                .isEqualTo(new ClientSecretPost(new Secret("from-file")));
    }

    @Test
    void theNextSecretIsNoSecondCredentialWhenItIsTheSame() {
        GatewayConfig config = Written.onNais(folder)
                .with("AZURE_APP_NEXT_CLIENT_SECRET", "first-secret")
                .load("");

        assertThat(Written.provider(config, "entra").credentials()).hasSize(1);
    }

    @Test
    void secretsDoNotPrint() {
        assertThat(Written.onNais(folder).load(Written.ROUTE).toString())
                .contains("***")
                .doesNotContain("first-secret", "second-secret");
    }
}
