package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.oauth.ClientSecretBasic;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.EntraProvider;
import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.TexasProvider;
import io.obogateway.oauth.TokenExchangeProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
                  next-client-secret = two, timeout = 900ms, retries = 0, client-capabilities = [cp1]
                  circuit-breaker { failures = 3, open-for = 1m }
                }""");

        assertThat(config.providers().values())
                .containsExactly(new EntraProvider(
                        "mine",
                        URI.create("http://localhost:9/token"),
                        "me",
                        List.of(new ClientSecretPost(new Secret("one")), new ClientSecretPost(new Secret("two"))),
                        Set.of("cp1"),
                        new ProviderLimits(Duration.ofMillis(900), 0, 3, Duration.ofMinutes(1))));
    }

    @Test
    void thePlatformsVariablesMakeAProviderOfTexas() {
        GatewayConfig config = Written.in(folder)
                .with("NAIS_TOKEN_ENDPOINT", "http://127.0.0.1:7164/api/v1/token")
                .with("NAIS_TOKEN_EXCHANGE_ENDPOINT", "http://127.0.0.1:7164/api/v1/token/exchange")
                .load("");

        assertThat(config.providers().values())
                .containsExactly(new TexasProvider(
                        "texas",
                        URI.create("http://127.0.0.1:7164/api/v1/token"),
                        URI.create("http://127.0.0.1:7164/api/v1/token/exchange"),
                        "azuread",
                        ProviderLimits.DEFAULT));
    }

    @Test
    void everythingAboutTexasCanBeSaid() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.providers.mine {
                  type = texas, token-url = "https://t/token", exchange-url = "https://t/exchange", identity-provider = tokenx
                  timeout = 1s, retries = 2, circuit-breaker { failures = 0, open-for = 1h }
                }""");

        assertThat(config.providers().values())
                .containsExactly(new TexasProvider(
                        "mine",
                        URI.create("https://t/token"),
                        URI.create("https://t/exchange"),
                        "tokenx",
                        new ProviderLimits(Duration.ofSeconds(1), 2, 0, Duration.ofHours(1))));
    }

    @Test
    void aTokenExchangeNeedsWhereAndWho() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.providers.kc { type = token-exchange, token-url = "https://kc/token", client-id = me, client-secret = s }
                """);

        assertThat(config.providers().values())
                .containsExactly(new TokenExchangeProvider(
                        "kc",
                        URI.create("https://kc/token"),
                        "me",
                        List.of(new ClientSecretPost(new Secret("s"))),
                        "urn:ietf:params:oauth:token-type:jwt",
                        ProviderLimits.DEFAULT));
    }

    @Test
    void everythingAboutATokenExchangeCanBeSaid() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.providers.kc {
                  type = token-exchange, token-url = "https://kc/token", client-id = me
                  client-authentication = client_secret_basic, client-secret = s, next-client-secret = t
                  subject-token-type = "urn:ietf:params:oauth:token-type:access_token"
                  timeout = 1s, retries = 2, circuit-breaker { failures = 4, open-for = 5s }
                }""");

        assertThat(config.providers().values())
                .containsExactly(new TokenExchangeProvider(
                        "kc",
                        URI.create("https://kc/token"),
                        "me",
                        List.of(new ClientSecretBasic(new Secret("s")), new ClientSecretBasic(new Secret("t"))),
                        "urn:ietf:params:oauth:token-type:access_token",
                        new ProviderLimits(Duration.ofSeconds(1), 2, 4, Duration.ofSeconds(5))));
    }

    @Test
    void aProviderWhoseVariablesAreAllUnsetIsAbsent() {
        assertThat(Written.in(folder).load("").providers()).isEmpty();
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
