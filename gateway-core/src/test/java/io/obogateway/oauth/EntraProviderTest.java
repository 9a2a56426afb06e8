package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Backchannel.Call;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

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
