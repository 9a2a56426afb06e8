package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.FakeEntraExtension;
import io.obogateway.server.GatewayServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A single-page app of another origin, on a route with CORS and a rate limit, as configured in text. */
@ExtendWith(FakeEntraExtension.class)
class BrowserClientTest {
    private static final String APP = "https://app.example.com";

    private final FakeEntra entra;
    private final DownstreamApi api = new DownstreamApi();
    private final GatewayServer gateway;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    BrowserClientTest(FakeEntra entra) {
        this.entra = entra;
        this.gateway = Gateways.start(Gateways.conf(entra, api.url()) + """
                gateway.listen.trusted-proxies = ["127.0.0.0/8"]
                gateway.routes.people {
                  cors.origins = ["%s"]
                  rate-limit { requests = 3, per = 1h }
                }
                gateway.routes.open.rate-limit { requests = 1, per = 1h, key = address }
                """.formatted(APP));
    }

    @AfterEach
    void close() {
        gateway.close();
        api.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
    }

    private HttpResponse<String> fetch(@Nullable String token) throws Exception {
        HttpRequest.Builder request = to("/people/7").header("Origin", APP);
        return send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    private static void assertReadable(HttpResponse<String> response) {
        assertThat(response.headers().allValues("access-control-allow-origin")).containsExactly(APP);
        assertThat(response.headers()
                        .firstValue("access-control-expose-headers")
                        .orElse(""))
                .contains("WWW-Authenticate", "Retry-After", "RateLimit");
        assertThat(response.headers().firstValue("vary")).isEqualTo(Optional.of("Origin"));
    }

    @Test
    void preflightNeedsNoToken() throws Exception {
        HttpResponse<String> preflight = send(to("/people/7")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization"));

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .isEqualTo(Optional.of("authorization"));
        assertThat(api.credentials()).isEmpty();
    }

    @Test
    void pageReadsThatItsTokenIsMissingAndWhatTheProviderAsksFor() throws Exception {
        HttpResponse<String> missing = fetch(null);
        assertThat(missing.statusCode()).isEqualTo(401);
        assertReadable(missing);

        entra.whenAny().answer(Answer.interactionRequired("{\"access_token\":{\"acrs\":{\"essential\":true}}}"));
        HttpResponse<String> challenge = fetch(entra.employeeToken().issue());
        assertThat(challenge.statusCode()).isEqualTo(401);
        assertThat(challenge.headers().firstValue("www-authenticate").orElse(""))
                .contains("insufficient_claims", "claims=");
        assertThat(challenge.headers().firstValue("ratelimit")).isEqualTo(Optional.of("\"default\";r=2;t=1200"));
        assertReadable(challenge);
    }

    @Test
    void pageReadsItsQuotaUntilItIsUsedUp() throws Exception {
        String token = entra.employeeToken().oid("a").issue();
        for (int left = 2; left >= 0; left--) {
            HttpResponse<String> response = fetch(token);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("ratelimit").orElse("")).startsWith("\"default\";r=" + left + ";");
            assertThat(response.headers().firstValue("ratelimit-policy"))
                    .isEqualTo(Optional.of("\"default\";q=3;w=3600"));
        }
        HttpResponse<String> refused = fetch(entra.employeeToken().oid("a").issue());

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"code\":\"rate_limited\"");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertReadable(refused);
        assertThat(fetch(entra.employeeToken().oid("b").issue()).statusCode()).isEqualTo(200);
        assertThat(entra.exchangeCount()).isEqualTo(2);
    }

    @Test
    void addressIsWhatTheTrustedProxySays() throws Exception {
        for (String client : new String[] {"203.0.113.1", "203.0.113.2"}) {
            assertThat(send(to("/open/x").header("X-Forwarded-For", client)).statusCode())
                    .isEqualTo(200);
        }
        assertThat(send(to("/open/x").header("X-Forwarded-For", "6.6.6.6, 203.0.113.1"))
                        .statusCode())
                .isEqualTo(429);
    }
}
