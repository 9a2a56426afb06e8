package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Backchannel.Call;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntraProviderTest {
    private static final URI TOKEN_URL = URI.create("https://login.microsoftonline.com/t/oauth2/v2.0/token");

    private final EntraProvider provider = new EntraProvider(
            "entra",
            TOKEN_URL,
            "60dea49a-255b-48b5-b0c0-0974ac1c0b53",
            List.of(new ClientSecretPost(new Secret("a~b+c &=ø"))),
            ProviderLimits.DEFAULT);

    @Test
    void onBehalfOfFormIsTheDocumentedOne() {
        Call call = provider.request(Fixtures.onBehalfOf(provider), "eyJ.a-b_c.d", null, Clock.systemUTC());

        assertThat(call.uri()).isEqualTo(TOKEN_URL);
        assertThat(call.contentType()).isEqualTo("application/x-www-form-urlencoded");
        assertThat(call.body())
                .isEqualTo("assertion=eyJ.a-b_c.d"
                        + "&client_id=60dea49a-255b-48b5-b0c0-0974ac1c0b53"
                        + "&client_secret=a%7Eb%2Bc+%26%3D%C3%B8"
                        + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                        + "&requested_token_use=on_behalf_of"
                        + "&scope=api%3A%2F%2Fprod-gcp.hr.people-api%2F.default");
        assertThat(call.deadline()).isEqualTo(ProviderLimits.DEFAULT.timeout());
    }

    @Test
    void clientCredentialsFormIsTheDocumentedOne() {
        Call call = provider.request(Fixtures.asApplication(provider), null, null, Clock.systemUTC());

        assertThat(call.body())
                .isEqualTo("client_id=60dea49a-255b-48b5-b0c0-0974ac1c0b53"
                        + "&client_secret=a%7Eb%2Bc+%26%3D%C3%B8"
                        + "&grant_type=client_credentials"
                        + "&scope=api%3A%2F%2Fprod-gcp.hr.people-api%2F.default");
    }

    @Test
    void claimsAreSentOnlyWhenGiven() {
        Call call = provider.request(Fixtures.onBehalfOf(provider), "eyJ", "{\"access_token\":{}}", Clock.systemUTC());

        assertThat(call.body()).endsWith("&claims=%7B%22access_token%22%3A%7B%7D%7D");
    }

    private String claimsSent(@Nullable String challenge) {
        EntraProvider capable = new EntraProvider(
                "entra", TOKEN_URL, "id", provider.credentials(), Set.of(EntraProvider.CP1), ProviderLimits.DEFAULT);
        Call call = capable.request(Fixtures.onBehalfOf(capable), "eyJ", challenge, Clock.systemUTC());
        String body = String.valueOf(call.body());
        return URLDecoder.decode(body.substring(body.indexOf("&claims=") + 8), StandardCharsets.UTF_8);
    }

    @Test
    void clientCapabilityIsDeclaredWithEveryRequest() {
        assertThat(claimsSent(null)).isEqualTo("{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c25\"}}} | {\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},\"acrs\":{\"essential\":true,\"value\":\"c25\"}}}",
                "{ \"access_token\" : { \"nbf\": null } } | {\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},\"nbf\":null}}",
                "{\"id_token\":{\"access_token\":{}},\"access_token\":{}} | {\"id_token\":{\"access_token\":{}},\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}",
                "{\"x\":\"\\\"access_token\\\":{\",\"access_token\":{\"a\":1}} | {\"x\":\"\\\"access_token\\\":{\",\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},\"a\":1}}",
                "{\"userinfo\":{}} | {\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}},\"userinfo\":{}}",
                "{} | {\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}",
                "{\"access_token\":{\"xms_cc\":{}}} | {\"access_token\":{\"xms_cc\":{}}}",
                "{\"access_token\":7} | {\"access_token\":7}",
                "no JSON | no JSON"
            })
    void clientCapabilityIsMergedIntoAChallenge(String challenge, String sent) {
        assertThat(claimsSent(challenge)).isEqualTo(sent);
    }

    @Test
    void basicCredentialIsFormEncodedBeforeBase64AndNotInTheForm() {
        EntraProvider basic = new EntraProvider(
                "entra", TOKEN_URL, "id:1", List.of(new ClientSecretBasic(new Secret("a b%"))), ProviderLimits.DEFAULT);

        Call call = basic.request(Fixtures.asApplication(basic), null, null, Clock.systemUTC());

        assertThat(call.headers().get("authorization"))
                .isEqualTo("Basic "
                        + Base64.getEncoder().encodeToString("id%3A1:a+b%25".getBytes(StandardCharsets.US_ASCII)));
        assertThat(call.body()).startsWith("client_id=id%3A1&grant_type=").doesNotContain("secret");
    }

    @Test
    void secretsAreNotPrinted() {
        Call call = provider.request(Fixtures.onBehalfOf(provider), "eyJ", null, Clock.systemUTC());

        assertThat(provider + " " + call + " " + Fixtures.onBehalfOf(provider))
                .contains("***")
                .doesNotContain("a~b", "eyJ");
    }
}
