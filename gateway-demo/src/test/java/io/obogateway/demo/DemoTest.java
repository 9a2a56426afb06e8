package io.obogateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The whole demo: a token from the identity provider, through the gateway, to the API. */
class DemoTest {
    private final List<String> exchanges = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> call(Demo demo, String... headers) throws Exception {
        return call("/people/me", demo, headers);
    }

    private HttpResponse<String> call(String path, Demo demo, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(demo.gatewayUrl() + path)).timeout(Duration.ofSeconds(30));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void employeeReachesTheApiWithAnotherToken() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            String token = demo.employeeToken("Kari Nordmann", Duration.ofHours(1));

            HttpResponse<String> first = call(demo, "Authorization", "Bearer " + token);
            HttpResponse<String> second = call(demo, "Authorization", "Bearer " + token);

            assertThat(first.statusCode()).isEqualTo(200);
            Map<String, ?> seen = Json.object(first.body());
            assertThat(seen.get("who")).isEqualTo("Kari Nordmann");
            assertThat(seen.get("audience")).isEqualTo(PeopleApi.AUDIENCE);
            assertThat(seen.get("azp")).isNotNull();
            assertThat(seen.get("token")).isNotEqualTo(Fingerprint.of(token));
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(exchanges).hasSize(1);
        }
    }

    @Test
    void callsWithoutAndWithAnExpiredTokenAreRefusedBeforeAnyExchange() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            String expired = demo.employeeToken("Kari Nordmann", Duration.ofMinutes(-10));

            HttpResponse<String> without = call(demo);
            HttpResponse<String> late = call(demo, "Authorization", "Bearer " + expired);

            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(Json.object(without.body()).get("code")).isEqualTo("token_missing");
            assertThat(late.statusCode()).isEqualTo(401);
            assertThat(Json.object(late.body()).get("code")).isEqualTo("token_invalid");
            assertThat(late.body()).containsIgnoringCase("expired");
            assertThat(exchanges).isEmpty();
        }
    }

    @Test
    void whatTheIdentityProviderWantsOfTheUserReachesTheClient() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            HttpResponse<String> response = call(
                    "/payroll/me", demo, "Authorization", "Bearer " + demo.employeeToken("Kari", Duration.ofHours(1)));

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("www-authenticate").orElse(""))
                    .contains("error=\"insufficient_claims\"", "/oauth2/v2.0/authorize\"")
                    .contains("claims=\""
                            + Base64.getEncoder()
                                    .encodeToString(IdentityProvider.CLAIMS.getBytes(StandardCharsets.UTF_8))
                            + "\"");
        }
    }

    @Test
    void whileTheIdentityProviderIsThrottledTheTokenThatWasKeptServesOn() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            String field = "Bearer " + demo.employeeToken("Kari", Duration.ofHours(1));
            call(demo, "Authorization", field);

            HttpResponse<String> throttled = call("/reports/me", demo, "Authorization", field);

            assertThat(throttled.statusCode()).isEqualTo(503);
            assertThat(throttled.headers().firstValue("retry-after")).contains("10");
            assertThat(call(demo, "Authorization", field).statusCode()).isEqualTo(200);
            assertThat(exchanges).hasSize(2);
        }
    }

    @Test
    void configurationCanBeRead() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            assertThat(Files.readString(demo.configFile()))
                    .contains("path = \"/people/**\"")
                    .contains(demo.apiUrl())
                    .doesNotContain("@");
        }
    }

    @Test
    void itsConfigurationIsFollowed() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            assertThat(call("/new", demo).statusCode()).isEqualTo(404);

            Files.writeString(
                    demo.configFile(),
                    "\ngateway.routes.new { path = \"/new\", upstream = \"http://127.0.0.1:9\", scope = s }\n",
                    StandardOpenOption.APPEND);

            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            int status = 404;
            while (status == 404 && System.nanoTime() - deadline < 0) {
                status = call("/new", demo).statusCode();
            }
            assertThat(status).isEqualTo(401);
        }
    }

    @Test
    void guideHasReadyCurlLines() throws Exception {
        try (Demo demo = Demo.start(0, exchanges::add)) {
            String guide = Guide.text(demo, "Runs for 1 s.");

            assertThat(guide.lines().filter(line -> line.startsWith("curl ")))
                    .hasSize(5)
                    .allMatch(line -> line.contains(demo.gatewayUrl() + "/"));
            assertThat(guide).contains(demo.configFile().toString()).endsWith("Runs for 1 s.\n");
        }
    }

    @Test
    void takenPortIsSaidInOneLine() throws IOException {
        StringWriter err = new StringWriter();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int exit = Main.commandLine()
                    .setErr(new PrintWriter(err))
                    .execute("demo", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(exit).isEqualTo(1);
            assertThat(err.toString().lines())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }
}
