package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTableReportTest {
    @TempDir
    Path folder;

    @Test
    void routesIssuersAndProvidersAreAlignedAndSecretsHidden() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway.routes {
                  people { path = "/people/**", upstream = "http://people-api.hr", scope = "api://people/.default" }
                  health { path = "/health", methods = [GET, HEAD], hosts = [a.example], upstream = "http://h", grant = anonymous }
                }""");

        assertThat(RouteTableReport.render(config)).isEqualTo("""
                Routes (2); the most specific one takes a request
                  NAME    HOSTS      METHODS   PATH        GRANT         SCOPE                  PROVIDER  ISSUERS  UPSTREAM
                  health  a.example  GET,HEAD  /health     anonymous     -                      -         -        http://h
                  people  any        any       /people/**  on-behalf-of  api://people/.default  entra     entra    http://people-api.hr

                Issuers (1): whose tokens are accepted
                  NAME   ISSUER                        KEYS FROM                                    AUDIENCES                             ALGORITHMS  TENANTS  VERSIONS  CLIENTS
                  entra  https://login.example/t/v2.0  https://login.example/t/discovery/v2.0/keys  60dea49a-255b-48b5-b0c0-0974ac1c0b53  RS256       any      any       web-id

                Providers (1): where outbound tokens come from
                  NAME   TOKEN URL                                  CLIENT                                CREDENTIALS                       TIMEOUT  RETRIES  BREAKER
                  entra  https://login.example/t/oauth2/v2.0/token  60dea49a-255b-48b5-b0c0-0974ac1c0b53  client_secret_post ***, next ***  5s       1        10 for 10s
                """);
    }

    @Test
    void whatIsParticularAboutARouteIsShownWhereThereIsSomething() {
        GatewayConfig config = Written.in(folder).load("""
                gateway {
                  route-defaults.grant = anonymous
                  routes.a { path = "/a", upstream = "http://a" }
                  routes.b { path = "/b", upstream { urls = ["https://b1", "https://b2"], balance = round-robin, protocol = http2 }
                    rate-limit { requests = 100, per = 1m, key = address }, cors.origins = ["https://x", "https://w"] }
                }""");

        assertThat(RouteTableReport.render(config)).startsWith("""
                Routes (2); the most specific one takes a request
                  NAME  HOSTS  METHODS  PATH  GRANT      SCOPE  PROVIDER  ISSUERS  RATE LIMIT              CORS                 UPSTREAM
                  a     any    any      /a    anonymous  -      -         -        -                       -                    http://a
                  b     any    any      /b    anonymous  -      -         -        100 per 1m and address  https://w,https://x  https://b1,https://b2 (http2, round-robin)
                """);
    }

    @Test
    void noRoutesAreWorthAWord() {
        assertThat(RouteTableReport.render(Written.in(folder).load(""))).isEqualTo("""
                No routes: every request will get 404 (no_route). Declare one under gateway.routes, such as \
                config/routes/example.conf shows.

                Issuers (0): whose tokens are accepted

                Providers (0): where outbound tokens come from
                """);
    }
}
