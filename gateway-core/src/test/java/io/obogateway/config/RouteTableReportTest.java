package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.oauth.TestPem;
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

                Settings of the routes; one that is not listed has those of most
                  (most)  timeouts.connect = 2s, timeouts.response = 30s, timeouts.stream-idle = 5m, limits.body = unlimited, retries.attempts = 1

                Issuers (1): whose tokens are accepted
                  NAME   ISSUER                        KEYS FROM                                    AUDIENCES                             ALGORITHMS  TENANTS  VERSIONS  CLIENTS
                  entra  https://login.example/t/v2.0  https://login.example/t/discovery/v2.0/keys  60dea49a-255b-48b5-b0c0-0974ac1c0b53  RS256       any      any       web-id

                Providers (1): where outbound tokens come from
                  NAME   TOKEN URL                                  CLIENT                                CREDENTIALS                       TIMEOUT  RETRIES  BREAKER
                  entra  https://login.example/t/oauth2/v2.0/token  60dea49a-255b-48b5-b0c0-0974ac1c0b53  client_secret_post ***, next ***  5s       1        10 for 10s

                Listener: http://0.0.0.0:8080 (HTTP/1.1 and HTTP/2, no trusted proxies)
                Admin port: http://127.0.0.1:8081
                Threads: %d
                Limits: request-line = 16 KiB, headers = 32 KiB, connections = 20000, in-flight = 10000, replay-body = 64 KiB
                Timeouts: request-headers = 10s, idle = 75s, drain = 25s
                """.formatted(config.threads()));
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
                  NAME  HOSTS  METHODS  PATH  GRANT      SCOPE  PROVIDER  ISSUERS  RATE LIMIT             CORS                 UPSTREAM
                  a     any    any      /a    anonymous  -      -         -        -                      -                    http://a
                  b     any    any      /b    anonymous  -      -         -        100 in 1m per address  https://w,https://x  https://b1,https://b2 (http2, round-robin)
                """);
    }

    @Test
    void whatARouteIsSetToIsShownInTheKeysOfTheConfiguration() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway {
                  timeouts.response = 7s
                  route-defaults.scope = s
                  routes.a { path = "/a", upstream = "http://a" }
                  routes.b { path = "/b", upstream = "http://b" }
                  routes.people {
                    path = "/c", limits.body = 10 MiB, retries.attempts = 0, timeouts { response = 1m, connect = 1500ms }
                    strip-prefix = true, preserve-host = true, at-token-expiry = keep
                    require { scopes = [y, x], roles = [r], groups = [g], clients = [c] }
                    upstream {
                      url = "https://c", max-connections = 50, tls.server-name = d
                      health { path = "/up", interval = 5s, timeout = 1s }
                    }
                  }
                }""");

        assertThat(RouteTableReport.render(config)).contains("""
                Settings of the routes; one that is not listed has those of most
                  (most)  timeouts.connect = 2s, timeouts.response = 7s, timeouts.stream-idle = 5m, limits.body = unlimited, retries.attempts = 1
                  people  timeouts.connect = 1500ms, timeouts.response = 1m, limits.body = 10 MiB, retries.attempts = 0, \
                require.scopes = [x, y], require.roles = [r], require.groups = [g], require.clients = [c], strip-prefix = true, \
                preserve-host = true, at-token-expiry = keep, upstream.max-connections = 50, \
                upstream.health = { path = /up, interval = 5s, timeout = 1s }, upstream.tls.server-name = d

                Issuers""");
    }

    @Test
    void whoIsReachedWithoutTheProxyIsNamed() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway {
                  outbound-proxy { url = "http://u:p@proxy:3128", no-proxy = [inside.example] }
                  issuers.near { issuer = "https://near", jwks-url = "https://keys.inside.example/k", audiences = [a] }
                  providers.near { type = entra, token-url = "http://127.0.0.1:9/t", client-id = c, client-secret = s }
                }""");

        assertThat(RouteTableReport.render(config)).contains("proxy:3128 (not for issuer near, provider near)\n");
    }

    @Test
    void theListenerIsShownWithWhomItBelieves() throws Exception {
        TestPem pem = TestPem.create(folder, "tls");
        GatewayConfig config = Written.in(folder)
                .file("tls.crt", pem.certificate())
                .file("tls.key", pem.privateKey())
                .load("""
                gateway.listen {
                  host = "::1", port = 0, http2 = false, trusted-proxies = ["10.1.2.3/8", "2001:db8::/32", "192.0.2.7"]
                  tls { certificate-file = tls.crt, private-key-file = tls.key, client-auth = optional, client-ca-file = tls.crt }
                }
                gateway.limits { request-line = 1000, headers = 1 MiB, replay-body = 0 }
                """);

        assertThat(RouteTableReport.render(config))
                .contains("""
                Listener: https://[::1]:a free port (HTTP/1.1, certificate of DIR/tls.crt, \
                clients' certificates optional, signed by DIR/tls.crt, \
                trusted proxies 10.1.2.3/8,2001:db8:0:0:0:0:0:0/32,192.0.2.7/32)
                """.replace("DIR", folder.toString()))
                .contains("\nLimits: request-line = 1000, headers = 1 MiB, ");
    }

    @Test
    void noRoutesAreWorthAWord() {
        assertThat(RouteTableReport.render(Written.in(folder).load("")))
                .isEqualTo("""
                No routes: every request will get 404 (no_route). Declare one under gateway.routes, such as \
                config/routes/example.conf shows.

                Issuers (0): whose tokens are accepted

                Providers (0): where outbound tokens come from

                Listener: http://0.0.0.0:8080 (HTTP/1.1 and HTTP/2, no trusted proxies)
                Admin port: http://127.0.0.1:8081
                Threads: %d
                Limits: request-line = 16 KiB, headers = 32 KiB, connections = 20000, in-flight = 10000, replay-body = 64 KiB
                Timeouts: request-headers = 10s, idle = 75s, drain = 25s
                """.formatted(Runtime.getRuntime().availableProcessors()));
    }
}
