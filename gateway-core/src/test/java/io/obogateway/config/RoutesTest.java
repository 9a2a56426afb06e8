package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.route.Requirements;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesTest {
    @TempDir
    Path folder;

    @Test
    void oneBlockIsACompleteRouteOnNais() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway.routes {
                  people { path = "/people/**", upstream = "http://people-api.hr", scope = "api://prod-gcp.hr.people-api/.default" }
                }""");

        assertThat(config.routes())
                .containsExactly(new Route(
                        "people",
                        "/people/**",
                        Set.of(),
                        Set.of(),
                        new Upstream(URI.create("http://people-api.hr")),
                        Set.of(Grant.ON_BEHALF_OF),
                        Map.of(
                                Grant.ON_BEHALF_OF,
                                new ExchangeTarget(
                                        Written.provider(config, "entra"),
                                        Grant.ON_BEHALF_OF,
                                        "api://prod-gcp.hr.people-api/.default",
                                        null)),
                        List.of(Written.issuer(config, "entra")),
                        Requirements.NONE,
                        false,
                        false,
                        new RouteTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(5)),
                        Long.MAX_VALUE));
    }

    @Test
    void everythingAboutARouteCanBeSaid() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway {
                  issuers.kc { discovery-url = "https://kc.example/d", audiences = [a] }
                  providers.mine { type = entra, token-url = "https://x/token", client-id = me, client-secret = one }
                  routes.full {
                    path = "/a/*/b", hosts = ["API.example.com", "*.example.org"], methods = [GET, PURGE]
                    upstream = "https://a.example:8443/base/", grant = [on-behalf-of, client-credentials], scope = "s t"
                    provider = mine, issuers = [kc]
                    require { scopes = [s1], roles = [r1, r2], groups = [g1], clients = [c1] }
                    strip-prefix = true, preserve-host = true
                    timeouts { connect = 1s, response = 2s, stream-idle = 3s }
                    limits { body = 4 KiB }
                  }
                }""");

        ExchangeTarget user = new ExchangeTarget(Written.provider(config, "mine"), Grant.ON_BEHALF_OF, "s t", null);
        ExchangeTarget machine =
                new ExchangeTarget(Written.provider(config, "mine"), Grant.CLIENT_CREDENTIALS, "s t", null);
        assertThat(config.routes())
                .containsExactly(new Route(
                        "full",
                        "/a/*/b",
                        Set.of("api.example.com", "*.example.org"),
                        Set.of("GET", "PURGE"),
                        new Upstream(URI.create("https://a.example:8443/base")),
                        Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS),
                        Map.of(Grant.ON_BEHALF_OF, user, Grant.CLIENT_CREDENTIALS, machine),
                        List.of(Written.issuer(config, "kc")),
                        new Requirements(Set.of("s1"), Set.of("r1", "r2"), Set.of("g1"), Set.of("c1")),
                        true,
                        true,
                        new RouteTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3)),
                        4096));
    }

    @Test
    void routeDefaultsCountWhereARouteSaysNothing() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway {
                  route-defaults { scope = common, timeouts.response = 7s, require.roles = [reader], limits.body = 1 KiB }
                  routes.a { path = "/a", upstream = "http://a" }
                  routes.b { path = "/b", upstream = "http://b", scope = own, require.roles = [], limits.body = unlimited }
                }""");

        Route a = config.routes().get(0);
        Route b = config.routes().get(1);
        assertThat(a.targets().values()).extracting(ExchangeTarget::scope).containsExactly("common");
        assertThat(a.requirements().roles()).containsExactly("reader");
        assertThat(a.maxBodyBytes()).isEqualTo(1024);
        assertThat(a.timeouts().response()).isEqualTo(Duration.ofSeconds(7));
        assertThat(a.timeouts().connect()).isEqualTo(Duration.ofSeconds(2));
        assertThat(b.targets().values()).extracting(ExchangeTarget::scope).containsExactly("own");
        assertThat(b.requirements()).isEqualTo(Requirements.NONE);
        assertThat(b.maxBodyBytes()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theBodyLimitOfTheGatewayIsEveryRoutesDefault() {
        GatewayConfig config = Written.onNais(folder).load(Written.ROUTE + "gateway.limits.body = 3 KiB");

        assertThat(config.routes().get(0).maxBodyBytes()).isEqualTo(3072);
    }

    @Test
    void anonymousAndPassThroughRoutesNeedNoScope() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway.routes {
                  a { path = "/a", upstream = "http://a", grant = anonymous }
                  p { path = "/p", upstream = "http://p", grant = pass-through }
                }""");

        assertThat(config.routes())
                .allSatisfy(route -> assertThat(route.targets()).isEmpty());
        assertThat(config.routes().get(0).issuers()).isEmpty();
        assertThat(config.routes().get(1).issuers()).extracting(Issuer::name).containsExactly("entra");
    }

    @Test
    void anonymousRoutesNeedNeitherIssuerNorProvider() {
        GatewayConfig config = Written.in(folder)
                .load("gateway.routes.a { path = \"/a\", upstream = \"http://a\", grant = anonymous }");

        assertThat(config.routes()).hasSize(1);
    }

    @Test
    void routesAreInTheOrderOfTheirNames() {
        GatewayConfig config = Written.in(folder).load("""
                gateway { route-defaults.grant = anonymous, route-defaults.upstream = "http://x"
                  routes { c.path = "/c", a.path = "/a", b.path = "/b" } }""");

        assertThat(config.routes()).extracting(Route::name).containsExactly("a", "b", "c");
    }

    @Test
    void aPathCanBeSharedByDifferentMethodsAndHosts() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway { route-defaults { scope = s, upstream = "http://x", path = "/x/**" }
                  routes { a.methods = [GET], b.methods = [POST], c.hosts = [c], d.hosts = ["*.c"] } }""");

        assertThat(config.routes()).hasSize(4);
    }

    @Test
    void aRouteCanBeTakenAway() {
        GatewayConfig config = Written.onNais(folder).load(Written.ROUTE + "gateway.routes.r = null");

        assertThat(config.routes()).isEmpty();
    }

    @Test
    void aRouteCanBuildOnAnother() {
        GatewayConfig config = Written.onNais(folder)
                .load(Written.ROUTE + "gateway.routes.s = ${gateway.routes.r} { path = \"/s/**\" }");

        assertThat(config.routes()).extracting(Route::path).containsExactly("/r/**", "/s/**");
    }

    @Test
    void aTokenExchangeIsForAnAudienceOrAScopeOrBoth() {
        GatewayConfig config = Written.onNais(folder).load("""
                gateway {
                  providers.kc { type = token-exchange, token-url = "https://kc/token", client-id = me, client-secret = s }
                  route-defaults { upstream = "http://x", provider = kc }
                  routes.a { path = "/a", audience = "dev:hr:people" }
                  routes.b { path = "/b", scope = s }
                  routes.c { path = "/c", scope = s, audience = people }
                }""");

        assertThat(config.routes())
                .flatExtracting(route -> route.targets().values())
                .extracting(ExchangeTarget::audience, ExchangeTarget::scope)
                .containsExactly(tuple("dev:hr:people", null), tuple(null, "s"), tuple("people", "s"));
        assertThat(RouteTableReport.render(config)).contains(" audience=dev:hr:people ", " s audience=people ");
    }

    @Test
    void anUpstreamIsAUrlAListOfOneOrABlock() {
        GatewayConfig config = Written.in(folder).load("""
                gateway {
                  route-defaults { grant = anonymous }
                  routes.a { path = "/a", upstream = ["http://a"] }
                  routes.b { path = "/b", upstream { url = "http://b" } }
                  routes.c { path = "/c", upstream { urls = ["http://c"], use-outbound-proxy = true } }
                }""");

        assertThat(config.routes())
                .extracting(Route::upstream)
                .containsExactly(
                        new Upstream(URI.create("http://a")),
                        new Upstream(URI.create("http://b")),
                        new Upstream(URI.create("http://c"), true));
    }

    @Test
    void whatIsSaidOfAllUpstreamsCountsForThoseThatAreJustAUrl() {
        GatewayConfig config = Written.in(folder).load("""
                gateway {
                  route-defaults { grant = anonymous, upstream { use-outbound-proxy = true } }
                  routes.a { path = "/a", upstream = "http://a" }
                  routes.b { path = "/b", upstream { url = "http://b", use-outbound-proxy = false } }
                }""");

        assertThat(config.routes())
                .extracting(Route::upstream)
                .containsExactly(new Upstream(URI.create("http://a"), true), new Upstream(URI.create("http://b")));
    }
}
