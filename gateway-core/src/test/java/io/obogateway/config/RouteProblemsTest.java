package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of each thing that can be wrong with a route, word for word. */
class RouteProblemsTest {
    @TempDir
    Path folder;

    static Stream<Arguments> routesAreComplete() {
        return Stream.of(
                arguments("path = null", "path: has no value; say which requests the route takes, such as \"/r/**\""),
                arguments("upstream = null", "upstream: has no value; say where requests go, such as \"http://r\""),
                arguments(
                        "scope = null",
                        "scope: has no value; the grant needs one, such as \"api://cluster.namespace.app/.default\""),
                arguments(
                        "scope = null, grant = client-credentials",
                        "scope: has no value; the grant needs one, such as \"api://cluster.namespace.app/.default\""),
                arguments(
                        "audience = a",
                        "audience: the provider \"entra\" is asked for a scope, not for an audience; remove this"),
                arguments(
                        "scope = null, audience = a",
                        "audience: the provider \"entra\" is asked for a scope, not for an audience; remove this and give scope"),
                arguments("scop = x", "scop: unknown key; did you mean \"scope\"?"));
    }

    @ParameterizedTest
    @MethodSource
    void routesAreComplete(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    static Stream<Arguments> upstreamsAreUrls() {
        return Stream.of(
                arguments(
                        "upstream = \"ftp://r\"",
                        "upstream: must be a URL that begins with http:// or https://, not \"ftp://r\""),
                arguments(
                        "upstream = \"people-api.hr:8080\"",
                        "upstream: must be a URL that begins with http:// or https://, not \"people-api.hr:8080\""),
                arguments(
                        "upstream = \"http:///people\"",
                        "upstream: must name a host, such as \"http://host/path\", not \"http:///people\""),
                arguments(
                        "upstream = \"http://people_api\"",
                        "upstream: must name a host of letters, digits, \"-\" and \".\", and at most a port after it, not \"http://people_api\""),
                arguments(
                        "upstream = \"http://a b\"",
                        "upstream: must be a URL, such as \"https://host/path\", not \"http://a b\""),
                arguments(
                        "upstream = \"http://a:99999\"",
                        "upstream: must have a port from 1 to 65535, not \"http://a:99999\""),
                arguments(
                        "upstream = \"http://me:pass@a\"",
                        "upstream: must have no user and password in it, not \"http://***@a\""),
                arguments(
                        "upstream = \"http://a/?x=1\"",
                        "upstream: must have no query, the request brings its own; not \"http://a/?x=1\""),
                arguments("upstream = \"http://a/#x\"", "upstream: must have no fragment (#…), not \"http://a/#x\""),
                arguments(
                        "upstream { url = \"http://a\", urls = [\"http://a\"] }",
                        "upstream.urls: cannot stand beside url; remove one of them"),
                arguments(
                        "upstream { use-outbound-proxy = true }",
                        "upstream.url: has no value; say where requests go, such as \"http://people-api.hr\""),
                arguments(
                        "upstream { urls = [\"ftp://a\"] }",
                        "upstream.urls[0]: must be a URL that begins with http:// or https://, not \"ftp://a\""),
                arguments(
                        "upstream { url = \"http://a\", use-outbound-proxy = maybe }",
                        "upstream.use-outbound-proxy: must be true or false, not \"maybe\""));
    }

    @ParameterizedTest
    @MethodSource
    void upstreamsAreUrls(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    static Stream<Arguments> pathsArePatterns() {
        return Stream.of(
                arguments("path = \"r\"", "path: \"r\" does not begin with a slash; write \"/r\""),
                arguments(
                        "path = \"/a/**/b\"",
                        "path: \"/a/**/b\" has a '**' that is not last; write '*' for one segment, or end the path with it: \"/a/**\""),
                arguments("path = \"\"", "path: is empty; give it a value, or leave it out"),
                arguments(
                        "path = \"/a/../b\"",
                        "path: \"/a/../b\" would be refused as a path: The path has a '.' or '..' segment; write it as clients send it, such as \"/people/**\""),
                arguments("path = \"/a?x\"", "path: \"/a?x\" has a '?'; routes take paths only: write \"/a\""));
    }

    @ParameterizedTest
    @MethodSource
    void pathsArePatterns(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    static Stream<Arguments> grantsProvidersAndIssuersExist() {
        return Stream.of(
                arguments(
                        "grant = on-behalf", "grant: there is no grant \"on-behalf\"; did you mean \"on-behalf-of\"?"),
                arguments(
                        "grant = [on-behalf-of, pass-through]",
                        "grant: only on-behalf-of and client-credentials can stand together; any other grant stands alone"),
                arguments(
                        "grant = []",
                        "grant: is empty; give one of on-behalf-of, client-credentials, pass-through, anonymous"),
                arguments("provider = entre", "provider: there is no provider \"entre\"; did you mean \"entra\"?"),
                arguments("issuers = [entar]", "issuers[0]: there is no issuer \"entar\"; did you mean \"entra\"?"),
                arguments(
                        "issuers = []",
                        "issuers: is empty, so no token could be accepted; leave it out to accept those of every issuer"),
                arguments("issuers = entra", "issuers: must be a list, such as [\"a\", \"b\"], not \"entra\""),
                arguments(
                        "grant = anonymous, require.roles = [x]",
                        "require: an anonymous route looks at no token, so it can require nothing of one; remove this, or choose another grant"));
    }

    @ParameterizedTest
    @MethodSource
    void grantsProvidersAndIssuersExist(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    static Stream<Arguments> hostsAndMethodsCanMatch() {
        return Stream.of(
                arguments(
                        "hosts = [\"a:80\"]",
                        "hosts[0]: \"a:80\" has a port; write the host alone, the port plays no part"),
                arguments("hosts = [\"*\"]", "hosts[0]: \"*\" is no host; leave hosts out for any"),
                arguments(
                        "hosts = [b, \"a*.b\"]",
                        "hosts[1]: \"a*.b\" has a star that is not a leading \"*.\"; write \"*.example.com\" for every host below example.com"),
                arguments(
                        "hosts = [\"http://a\"]",
                        "hosts[0]: \"http://a\" is no host; write its name alone, such as \"api.example.com\""),
                arguments(
                        "hosts = [\"a b\"]",
                        "hosts[0]: \"a b\" is no host; write a name such as \"api.example.com\" or \"*.example.com\""),
                arguments("methods = [get]", "methods[0]: \"get\" would match no request, case matters; write \"GET\""),
                arguments(
                        "methods = [TRACE]",
                        "methods[0]: \"TRACE\" is never forwarded, it always gets 405; leave it out"),
                arguments("methods = [\"A B\"]", "methods[0]: \"A B\" is no method; write one such as \"GET\""));
    }

    @ParameterizedTest
    @MethodSource
    void hostsAndMethodsCanMatch(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    @Test
    void routesThatTakeTheSameRequestsAreNamedBoth() {
        List<String> problems = Written.onNais(folder)
                .file(
                        "b.conf",
                        "gateway.routes.s { path = \"/%72/**\", upstream = \"http://s\", scope = s, methods = [GET] }")
                .file("a.conf", Written.ROUTE)
                .problemsOf("a.conf", "b.conf");

        assertThat(problems)
                .containsExactly(
                        "b.conf:1: gateway.routes.s.path: takes the same requests as the route r (a.conf:1); let them differ in path, hosts or methods");
    }

    @Test
    void aTokenExchangeNeedsAScopeOrAnAudience() {
        assertThat(Written.onNais(folder)
                        .problems(Written.ROUTE
                                + "gateway.providers.kc { type = token-exchange, token-url = \"https://k/t\", client-id = a, client-secret = b }\n"
                                + "gateway.routes.r { scope = null, provider = kc }"))
                .containsExactly(
                        "gateway.conf:3: gateway.routes.r.scope: has no value; the grant needs it or audience, which for the provider \"kc\" names who the token is for");
    }

    @Test
    void aProviderIsNotAskedForWhatItCannotDo() {
        assertThat(Written.onNais(folder)
                        .problems(Written.ROUTE
                                + "gateway.providers.tx { type = texas, token-url = \"https://t\", exchange-url = \"https://x\", identity-provider = tokenx }\n"
                                + "gateway.routes.r { grant = client-credentials, provider = tx }"))
                .containsExactly(
                        "gateway.conf:3: gateway.routes.r.provider: the provider \"tx\" cannot do client-credentials");
    }
}
