package io.obogateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The identity provider and the API that the demo puts around the gateway, without the gateway. */
class EmbeddedPeersTest {
    private final List<String> exchanges = new CopyOnWriteArrayList<>();
    private final IdentityProvider identityProvider = new IdentityProvider(exchanges::add);
    private final PeopleApi api = new PeopleApi(identityProvider.issuer(), identityProvider.jwksUrl());
    private final HttpClient http = HttpClient.newHttpClient();
    private final String employeeToken = identityProvider.employeeToken("Kari", Duration.ofHours(1));

    @AfterEach
    void stop() {
        api.close();
        identityProvider.close();
    }

    private Map<String, String> form() {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("assertion", employeeToken);
        form.put("client_id", identityProvider.clientId());
        form.put("client_secret", identityProvider.clientSecret());
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.put("requested_token_use", "on_behalf_of");
        form.put("scope", PeopleApi.AUDIENCE + "/.default");
        return form;
    }

    private HttpResponse<String> exchange(Map<String, String> form) throws Exception {
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return http.send(
                HttpRequest.newBuilder(URI.create(identityProvider.tokenUrl()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(api.url() + "/people/me"))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void apiTakesTheExchangedTokenAndNamesTheEmployee() throws Exception {
        String exchanged = String.valueOf(Json.object(exchange(form()).body()).get("access_token"));

        HttpResponse<String> response = call(exchanged);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Json.object(response.body()))
                .containsEntry("who", "Kari")
                .containsEntry("audience", PeopleApi.AUDIENCE)
                .containsEntry("azp", identityProvider.clientId())
                .containsEntry("token", Fingerprint.of(exchanged))
                .containsKeys("oid", "sub");
        assertThat(exchanges).hasSize(1).first().asString().contains("on_behalf_of", Fingerprint.of(employeeToken));
    }

    @Test
    void apiRefusesTheEmployeesOwnToken() throws Exception {
        assertThat(call(employeeToken).statusCode()).isEqualTo(401);
    }

    @Test
    void apiRefusesAForeignSignature() throws Exception {
        String exchanged = String.valueOf(Json.object(exchange(form()).body()).get("access_token"));

        assertThat(call(exchanged.substring(0, exchanged.lastIndexOf('.') + 1) + "AAAA")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void exchangeNeedsTheGatewaysSecret() throws Exception {
        Map<String, String> form = form();
        form.put("client_secret", "guessed");

        assertThat(exchange(form).body()).contains("invalid_client");
    }

    @Test
    void exchangeNeedsRequestedTokenUse() throws Exception {
        Map<String, String> form = form();
        form.remove("requested_token_use");

        assertThat(exchange(form).body()).contains("invalid_request");
    }
}
