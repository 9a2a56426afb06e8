package io.obogateway.fakeentra;

import static io.obogateway.fakeentra.Client.json;
import static io.obogateway.fakeentra.Client.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TexasTest {
    private static final String TARGET = "api://cluster.namespace.application/.default";
    private static final String FORM = "application/x-www-form-urlencoded";

    private volatile Instant now = Instant.now();
    private final FakeEntra entra = FakeEntra.start(() -> now);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        entra.close();
    }

    private HttpResponse<String> post(String url, String type, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> exchange(String user, String more) throws Exception {
        return post(
                entra.texas().exchangeUrl(),
                FORM,
                "identity_provider=azuread&target=" + URLEncoder.encode(TARGET, StandardCharsets.UTF_8) + "&user_token="
                        + user + more);
    }

    @Test
    void aTokenIsGivenForJson() throws Exception {
        HttpResponse<String> response = post(
                entra.texas().tokenUrl(),
                "application/json",
                "{\"identity_provider\":\"azuread\",\"target\":\"" + TARGET + "\",\"skip_cache\":true}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response)).containsOnlyKeys("access_token", "token_type", "expires_in");
        assertThat(token(response).getClaim("idtyp")).isEqualTo("app");
        assertThat(entra.texas().requests())
                .singleElement()
                .satisfies(
                        request -> assertThat(request.parameter("skip_cache")).isEqualTo("true"));
    }

    @Test
    void anEmployeesTokenIsExchangedForAForm() throws Exception {
        HttpResponse<String> response =
                exchange(entra.employeeToken().employee("Ada").issue(), "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(token(response).getClaim("name")).isEqualTo("Ada");
        assertThat(token(response).getAudience()).containsExactly("api://cluster.namespace.application");
        assertThat(entra.exchangeCount()).isEqualTo(1);
    }

    @Test
    void theSecondTimeItComesFromTheCacheWithWhatIsLeftOfItsLife() throws Exception {
        String user = entra.employeeToken().issue();
        HttpResponse<String> first = exchange(user, "");
        now = now.plusSeconds(1000);
        HttpResponse<String> second = exchange(user, "");
        HttpResponse<String> third = exchange(user, "&skip_cache=true");

        assertThat(json(first)).containsEntry("expires_in", 3599L);
        assertThat(json(second)).containsEntry("expires_in", 2599L);
        assertThat(json(second)).containsEntry("access_token", json(first).get("access_token"));
        assertThat(json(third)).containsEntry("expires_in", 3599L);
        assertThat(entra.exchangeCount()).isEqualTo(2);
    }

    @Test
    void anErrorLosesAllButItsCodeAndDescription() throws Exception {
        entra.whenAny().answer(Answer.interactionRequired("{}").header("Retry-After", "7"));

        HttpResponse<String> response = exchange(entra.employeeToken().issue(), "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response))
                .containsOnlyKeys("error", "error_description")
                .containsEntry("error", "interaction_required");
        assertThat((String) json(response).get("error_description")).startsWith("AADSTS50076: ");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }

    @Test
    void whatIsNoAnswerOfEntraIsAServerError() throws Exception {
        entra.whenAny()
                .answer(Answer.throttled("7"))
                .then(Answer.html(502))
                .then(Answer.closed())
                .then(Answer.success().expiresIn("\"3599\""));

        for (int i = 0; i < 4; i++) {
            HttpResponse<String> response = exchange(entra.employeeToken().issue(), "");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(json(response)).containsEntry("error", "server_error");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "text/plain; identity_provider=azuread&target=x&user_token=y",
                "application/json; {",
                "application/x-www-form-urlencoded; identity_provider=azuread&target=x",
                "application/x-www-form-urlencoded; identity_provider=azuread&user_token=y",
                "application/x-www-form-urlencoded; identity_provider=tokenx&target=x&user_token=y",
                "application/x-www-form-urlencoded; identity_provider=github&target=x&user_token=y",
            })
    void aRequestThatIsNoneIsRefused(String type, String body) throws Exception {
        HttpResponse<String> response = post(entra.texas().exchangeUrl(), type, body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response)).containsEntry("error", "invalid_request");
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void itsOwnMisbehaviourIsScriptedToo() throws Exception {
        entra.texas().whenAny().answer(Answer.html(503)).thenSucceed();
        String user = entra.employeeToken().issue();

        assertThat(exchange(user, "").statusCode()).isEqualTo(503);
        assertThat(exchange(user, "").statusCode()).isEqualTo(200);
        assertThat(entra.tokenRequests()).hasSize(1);
    }
}
