package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Backchannel.Call;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherProvidersTest {
    private static final URI TOKEN = URI.create("http://127.0.0.1:7164/api/v1/token");
    private static final URI EXCHANGE = URI.create("http://127.0.0.1:7164/api/v1/token/exchange");
    private static final Clock CLOCK = Clock.systemUTC();

    private final TexasProvider texas = new TexasProvider("texas", TOKEN, EXCHANGE, "azuread", ProviderLimits.DEFAULT);

    private static TokenExchangeProvider exchange(ClientAuthentication credential) {
        return new TokenExchangeProvider(
                "tokenx", TOKEN, "gateway", List.of(credential), TokenExchangeProvider.JWT, ProviderLimits.DEFAULT);
    }

    @Test
    void texasIsAskedForAnExchangeAsDocumented() {
        Call call = texas.request(Fixtures.onBehalfOf(texas), "eyJ", null, CLOCK);

        assertThat(call.uri()).isEqualTo(EXCHANGE);
        assertThat(call.body())
                .isEqualTo("identity_provider=azuread"
                        + "&target=api%3A%2F%2Fprod-gcp.hr.people-api%2F.default&user_token=eyJ");
    }

    @Test
    void texasIsAskedForTheGatewaysOwnTokenAsDocumented() {
        Call call = texas.request(Fixtures.asApplication(texas), null, null, CLOCK);

        assertThat(call.uri()).isEqualTo(TOKEN);
        assertThat(call.body())
                .isEqualTo("identity_provider=azuread&target=api%3A%2F%2Fprod-gcp.hr.people-api%2F.default");
    }

    @Test
    void texasIsToldNotToRepeatATokenThatDidNotMeetTheClaims() {
        assertThat(texas.request(Fixtures.onBehalfOf(texas), "eyJ", "{}", CLOCK).body())
                .endsWith("&skip_cache=true")
                .doesNotContain("claims");
    }

    @ParameterizedTest
    @CsvSource({
        "azuread,  prod-gcp:hr:people-api,             api%3A%2F%2Fprod-gcp.hr.people-api%2F.default",
        "entra_id, prod-gcp:hr:people-api,             api%3A%2F%2Fprod-gcp.hr.people-api%2F.default",
        "entra_id, api://a.b.c/.default,               api%3A%2F%2Fa.b.c%2F.default",
        "tokenx,   prod-gcp:hr:people-api,             prod-gcp%3Ahr%3Apeople-api",
        "azuread,  people-api,                         people-api"
    })
    void shortNameIsSpeltOutForEntraOnly(String identityProvider, String wanted, String sent) {
        TexasProvider provider = new TexasProvider("texas", TOKEN, EXCHANGE, identityProvider, ProviderLimits.DEFAULT);
        ExchangeTarget target = new ExchangeTarget(provider, Grant.ON_BEHALF_OF, wanted, null);

        assertThat(provider.request(target, "eyJ", null, CLOCK).body()).contains("&target=" + sent + "&");
    }

    @Test
    void tokenExchangeFormIsThatOfTheRfc() {
        TokenExchangeProvider provider = exchange(new ClientSecretBasic(new Secret("s")));
        ExchangeTarget target = new ExchangeTarget(provider, Grant.ON_BEHALF_OF, null, "cluster:ns:app");

        assertThat(provider.request(target, "eyJ", null, CLOCK).body())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"
                        + "&subject_token=eyJ&audience=cluster%3Ans%3Aapp");
    }

    @Test
    void clientIdIsInTheFormOnlyBesideTheSecret() {
        TokenExchangeProvider provider = exchange(new ClientSecretPost(new Secret("s")));

        assertThat(provider.request(Fixtures.asApplication(provider), null, null, CLOCK)
                        .body())
                .isEqualTo("grant_type=client_credentials&client_id=gateway&client_secret=s"
                        + "&scope=api%3A%2F%2Fprod-gcp.hr.people-api%2F.default");
    }

    @ParameterizedTest
    @CsvSource({
        "azuread,      ON_BEHALF_OF CLIENT_CREDENTIALS",
        "entra_id,     ON_BEHALF_OF CLIENT_CREDENTIALS",
        "tokenx,       ON_BEHALF_OF",
        "maskinporten, CLIENT_CREDENTIALS"
    })
    void texasDoesForEachIdentityProviderWhatThatCanDo(String identityProvider, String grants) {
        TexasProvider provider = new TexasProvider("texas", TOKEN, EXCHANGE, identityProvider, ProviderLimits.DEFAULT);

        assertThat(provider.grants()).extracting(Grant::name).containsExactlyInAnyOrder(grants.split(" "));
    }
}
