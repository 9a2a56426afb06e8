package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import okhttp3.mockwebserver.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The exchange against an identity provider that somebody else wrote. */
class MockOAuth2ServerTest {
    private static final String CLIENT = "people-gateway";

    private final MockOAuth2Server provider = new MockOAuth2Server();
    private DownstreamApi api;
    private GatewayServer gateway;

    @BeforeEach
    void start() throws IOException {
        provider.start(InetAddress.getLoopbackAddress(), 0);
        api = new DownstreamApi();
        gateway = Gateways.start("""
                gateway {
                  issuers.entra { discovery-url = "%s", audiences = ["%s"] }
                  providers.entra {
                    type = entra, token-url = "%s", client-id = "%s", client-secret = "not so secret"
                  }
                  routes.people { path = "/**", upstream = "%s", scope = "api://people/.default" }
                }
                """.formatted(
                        provider.wellKnownUrl("entra"), CLIENT, provider.tokenEndpointUrl("entra"), CLIENT, api.url()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        api.close();
        provider.shutdown();
    }

    @Test
    void anEmployeesTokenBecomesOneForTheDownstreamApi() throws InterruptedException {
        String inbound = provider.issueToken(
                        "entra",
                        "portal",
                        new DefaultOAuth2TokenCallback(
                                "entra",
                                "ada",
                                "JWT",
                                List.of(CLIENT),
                                Map.of("oid", "0a", "scp", "defaultaccess", "azp", "portal"),
                                600))
                .serialize();

        HttpResponse<String> response = new Caller(gateway.port()).get("/", inbound);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"oid\":\"0a\"", "\"sub\":\"ada\"", "api://people/.default");
        assertThat(api.credentials()).hasSize(1).doesNotContain("Bearer " + inbound);
        assertThat(tokenRequest())
                .isEqualTo("assertion=" + inbound + "&client_id=" + CLIENT
                        + "&client_secret=not+so+secret&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                        + "&requested_token_use=on_behalf_of&scope=api%3A%2F%2Fpeople%2F.default");
    }

    private String tokenRequest() throws InterruptedException {
        for (RecordedRequest next = provider.takeRequest(5, TimeUnit.SECONDS);
                next != null;
                next = provider.takeRequest(5, TimeUnit.SECONDS)) {
            if ("POST".equals(next.getMethod())) {
                return next.getBody().readUtf8();
            }
        }
        throw new AssertionError("the gateway made no token request");
    }
}
