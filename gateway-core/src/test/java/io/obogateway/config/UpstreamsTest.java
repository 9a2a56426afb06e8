package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.obogateway.oauth.TestPem;
import io.obogateway.route.HealthCheck;
import io.obogateway.route.Route;
import io.obogateway.route.Upstream;
import io.obogateway.route.UpstreamTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of a route's upstream beyond its URL, and what is said of each thing that can be wrong with it. */
class UpstreamsTest {
    private static TestPem pem;

    @TempDir
    Path folder;

    private Written written;

    @BeforeAll
    static void makeKey(@TempDir Path folder) throws Exception {
        pem = TestPem.create(folder, "gateway");
    }

    @BeforeEach
    void writeKeys() {
        written = Written.in(folder)
                .file("ca.crt", pem.certificate())
                .file("me.crt", pem.certificate())
                .file("me.key", pem.privateKey());
    }

    private static String route(String upstream) {
        return "gateway.routes.r { path = \"/r\", grant = anonymous, upstream " + upstream + " }";
    }

    private Upstream upstream(String config) {
        return written.load(config).routes().get(0).upstream();
    }

    @Test
    void everythingAboutAnUpstreamCanBeSaid() {
        assertThat(upstream(route("""
                {
                  urls = ["https://a.example/base", "https://b.example:8443/base/"], balance = round-robin, protocol = http2
                  tls { ca-file = ca.crt, certificate-file = me.crt, private-key-file = me.key, server-name = Api.Example.com }
                  health { path = "/health?deep=1", interval = 3s, timeout = 3s }
                  max-connections = 7, use-outbound-proxy = true
                }""")))
                .isEqualTo(new Upstream(
                        List.of(URI.create("https://a.example/base"), URI.create("https://b.example:8443/base")),
                        Upstream.Balance.ROUND_ROBIN,
                        Upstream.Protocol.HTTP2,
                        new UpstreamTls(
                                folder.resolve("ca.crt"),
                                folder.resolve("me.crt"),
                                folder.resolve("me.key"),
                                "api.example.com"),
                        new HealthCheck("/health?deep=1", Duration.ofSeconds(3), Duration.ofSeconds(3)),
                        7,
                        true));
    }

    @Test
    void thereAreDefaultsForWhatItDoesNotSay() {
        assertThat(upstream(route("= [\"http://a\", \"http://b:8080\"]")))
                .isEqualTo(new Upstream(
                        List.of(URI.create("http://a"), URI.create("http://b:8080")),
                        Upstream.Balance.LEAST_REQUEST,
                        Upstream.Protocol.HTTP1,
                        null,
                        null,
                        0,
                        false));
        assertThat(upstream(route("{ url = \"https://a\", tls { } }")))
                .isEqualTo(new Upstream(URI.create("https://a")));
    }

    @Test
    void aHealthCheckNeedsOnlyAPath() {
        assertThat(upstream(route("{ url = \"http://a\", health.path = \"/up\" }"))
                        .health())
                .isEqualTo(new HealthCheck("/up", Duration.ofSeconds(10), Duration.ofSeconds(2)));
        assertThat(upstream(route("{ url = \"http://a\", health { path = \"/up\", interval = 500ms } }"))
                        .health())
                .isEqualTo(new HealthCheck("/up", Duration.ofMillis(500), Duration.ofMillis(500)));
    }

    @Test
    void routeDefaultsSpeakOfAllUpstreams() {
        List<Upstream> upstreams =
                written.load("""
                        gateway {
                          route-defaults {
                            grant = anonymous
                            upstream {
                              balance = round-robin, protocol = http2, max-connections = 9
                              tls { server-name = common, ca-file = ca.crt }, health { path = "/up" }
                            }
                          }
                          routes.a { path = "/a", upstream = "https://a" }
                          routes.b { path = "/b", upstream = "http://b" }
                          routes.c { path = "/c", upstream {
                            url = "https://c", balance = least-request, protocol = http1, max-connections = 0
                            tls.server-name = own, health.interval = 1s } }
                          routes.d { path = "/d", upstream { url = "https://d", tls = null, health = null } }
                        }""").routes().stream().map(Route::upstream).toList();

        assertThat(upstreams.get(0))
                .isEqualTo(new Upstream(
                        List.of(URI.create("https://a")),
                        Upstream.Balance.ROUND_ROBIN,
                        Upstream.Protocol.HTTP2,
                        new UpstreamTls(folder.resolve("ca.crt"), null, null, "common"),
                        new HealthCheck("/up", Duration.ofSeconds(10), Duration.ofSeconds(2)),
                        9,
                        false));
        assertThat(upstreams.get(1).tls()).isNull();
        assertThat(upstreams.get(2))
                .isEqualTo(new Upstream(
                        List.of(URI.create("https://c")),
                        Upstream.Balance.LEAST_REQUEST,
                        Upstream.Protocol.HTTP1,
                        new UpstreamTls(folder.resolve("ca.crt"), null, null, "own"),
                        new HealthCheck("/up", Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        0,
                        false));
        assertThat(upstreams.get(3).tls()).isNull();
        assertThat(upstreams.get(3).health()).isNull();
    }

    @Test
    void whatRouteDefaultsSayOfHealthAloneAsksNobody() {
        assertThat(upstream("gateway.route-defaults.upstream.health.interval = 1s\n" + route("= \"http://a\""))
                        .health())
                .isNull();
    }

    @Test
    void aRoutesOwnAddressesCountOverTheDefaultOne() {
        String defaults = "gateway.route-defaults.upstream.url = \"http://common\"\n";

        assertThat(upstream(defaults + route("{ urls = [\"http://a\", \"http://b\"] }"))
                        .urls())
                .containsExactly(URI.create("http://a"), URI.create("http://b"));
        assertThat(upstream(defaults + route("{ protocol = http2 }")).urls())
                .containsExactly(URI.create("http://common"));
    }

    static Stream<Arguments> severalUpstreamsAreOneService() {
        return Stream.of(
                arguments("= []", ": is empty; give one URL at least"),
                arguments("{ urls = [] }", ".urls: is empty; give one URL at least"),
                arguments(
                        "= [\"https://a\", \"http://b\"]",
                        "[1]: must begin with https:// as the first one does, not \"http://b\""),
                arguments(
                        "{ urls = [\"http://a/v1\", \"http://b/v1\", \"http://c/v2\"] }",
                        ".urls[2]: must have the path of the first one, \"/v1\", not \"http://c/v2\"; what differs in path belongs to another route"),
                arguments(
                        "= [\"http://a\", \"http://b/v1\"]",
                        "[1]: must have the path of the first one, which has none, not \"http://b/v1\"; what differs in path belongs to another route"),
                arguments(
                        "= [\"http://a\", \"http://b\", \"http://A:80/\"]",
                        "[2]: \"http://a:80\" is there twice; remove one of them"),
                arguments(
                        "= [\"http://a\", \"b:8080\"]",
                        "[1]: must be a URL that begins with http:// or https://, not \"b:8080\""));
    }

    @ParameterizedTest
    @MethodSource
    void severalUpstreamsAreOneService(String upstream, String problem) {
        assertThat(written.problems(route(upstream)))
                .containsExactly("gateway.conf:1: gateway.routes.r.upstream" + problem);
    }

    static Stream<Arguments> theBlockIsChecked() {
        String origin = "must be a path that begins with a slash, such as \"/health\", not ";
        return Stream.of(
                arguments("balance = random", "balance: must be least-request or round-robin, not \"random\""),
                arguments("protocol = grpc", "protocol: must be http1 or http2, not \"grpc\""),
                arguments("protocl = http2", "protocl: unknown key; did you mean \"protocol\"?"),
                arguments("max-connections = -1", "max-connections: must be a whole number from 0 to 1000000, not -1"),
                arguments("health = \"/up\"", "health: must be a block { … }, not \"/up\""),
                arguments("health { }", "health.path: has no value; say what is asked for, such as \"/health\""),
                arguments("health.path = up", "health.path: " + origin + "\"up\""),
                arguments("health.path = \"http://a/up\"", "health.path: " + origin + "\"http://a/up\""),
                arguments("health.path = \"/a b\"", "health.path: " + origin + "\"/a b\""),
                arguments("health.path = \"/a#b\"", "health.path: " + origin + "\"/a#b\""),
                arguments("health.path = \"/å\"", "health.path: " + origin + "\"/å\""),
                arguments(
                        "health { path = \"/up\", intervall = 1s }",
                        "health.intervall: unknown key; did you mean \"interval\"?"),
                arguments(
                        "health { path = \"/up\", interval = 1ms }",
                        "health.interval: must be from 10ms to 1d, not 1ms"),
                arguments(
                        "health { path = \"/up\", timeout = 11s }",
                        "health.timeout: must not be longer than interval, which is 10s; it is 11s"),
                arguments("tls.ca-file = gone", "tls.ca-file: there is no file gone"),
                arguments(
                        "tls.ca-file = me.key",
                        "tls.ca-file: the file me.key holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)"),
                arguments(
                        "tls.certificate-file = me.crt",
                        "tls.certificate-file: needs private-key-file beside it, the file with its key"),
                arguments(
                        "tls { certificate-file = me.crt, private-key-file = ca.crt }",
                        "tls.private-key-file: the file ca.crt holds no key; it must be PEM, unencrypted, in PKCS #8 (-----BEGIN PRIVATE KEY-----)"),
                arguments(
                        "tls.server-name = \"a.example:443\"",
                        "tls.server-name: must be the name alone that the upstream's certificate is for, such as \"api.example.com\", not \"a.example:443\""),
                arguments(
                        "tls.insecure = true",
                        "tls.insecure: unknown key; known: ca-file, certificate-file, private-key-file, server-name"),
                arguments(
                        "url = \"http://a\", protocol = http2, use-outbound-proxy = true",
                        "protocol: http2 cannot be spoken with \"http://a\" through the outbound proxy, which forwards"
                                + " plain requests itself, in HTTP/1.1; write https, or remove this"),
                arguments(
                        "url = \"http://a\", tls.ca-file = ca.crt",
                        "tls: is not spoken with \"http://a\"; write https, or remove this"));
    }

    @ParameterizedTest
    @MethodSource
    void theBlockIsChecked(String inBlock, String problem) {
        assertThat(written.problems(route("{ url = \"https://a\", " + inBlock + " }")))
                .containsExactly("gateway.conf:1: gateway.routes.r.upstream." + problem);
    }

    @Test
    void aProblemOfTheDefaultUpstreamIsReportedOnce() {
        assertThat(written.problems("""
                        gateway.route-defaults { grant = anonymous, upstream { balance = rr, tls.certificate-file = me.crt } }
                        gateway.routes { a { path = "/a", upstream = "https://a" }, b { path = "/b", upstream = "https://b" } }
                        """))
                .containsExactly(
                        "gateway.conf:1: gateway.route-defaults.upstream.balance: must be least-request or round-robin, not \"rr\"",
                        "gateway.conf:1: gateway.route-defaults.upstream.tls.certificate-file: needs private-key-file beside it, the file with its key");
    }
}
