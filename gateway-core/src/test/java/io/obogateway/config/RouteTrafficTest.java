package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.obogateway.route.Cors;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a route treats those who call it: retries, CORS, rate limits, and what happens when a token expires. */
class RouteTrafficTest {
    @TempDir
    Path folder;

    private List<Route> routes(String config) {
        return Written.onNais(folder).load(config).routes();
    }

    private Route route(String inRoute) {
        return routes(Written.ROUTE + "gateway.routes.r { " + inRoute + " }").get(0);
    }

    @Test
    void aRouteTriesOnceMoreAndLimitsAndSharesNothingByDefault() {
        Route route = route("");

        assertThat(route.retries()).isEqualTo(1);
        assertThat(route.cors()).isNull();
        assertThat(route.rateLimit()).isNull();
        assertThat(route.endsWithToken()).isTrue();
    }

    @Test
    void everythingCanBeSaid() {
        Route route = route("""
                retries.attempts = 0
                cors.origins = ["https://app.example.com", "http://localhost:3000", "capacitor://localhost", "http://[::1]:81"]
                rate-limit { requests = 100, per = 1m, key = client }
                at-token-expiry = keep
                """);

        assertThat(route.retries()).isZero();
        assertThat(route.cors())
                .isEqualTo(new Cors(Set.of(
                        "https://app.example.com",
                        "http://localhost:3000",
                        "capacitor://localhost",
                        "http://[::1]:81")));
        assertThat(route.rateLimit()).isEqualTo(new RateLimit(100, Duration.ofMinutes(1), RateLimit.Key.CLIENT));
        assertThat(route.endsWithToken()).isFalse();
    }

    @Test
    void callersAreEmployeesUnlessSaidOtherwise() {
        assertThat(route("rate-limit { requests = 1, per = 1s }").rateLimit())
                .isEqualTo(new RateLimit(1, Duration.ofSeconds(1), RateLimit.Key.EMPLOYEE));
    }

    @Test
    void allOriginsAreAStar() {
        assertThat(route("cors.origins = [\"*\"]").cors()).isEqualTo(new Cors(Set.of("*")));
    }

    @Test
    void anAnonymousRouteIsLimitedByAddress() {
        assertThat(route("grant = anonymous, scope = null, rate-limit { requests = 2, per = 1s, key = address }")
                        .rateLimit())
                .isEqualTo(new RateLimit(2, Duration.ofSeconds(1), RateLimit.Key.ADDRESS));
    }

    @Test
    void routeDefaultsCountUntilARouteSaysOtherwise() {
        List<Route> routes = routes("""
                gateway {
                  route-defaults {
                    scope = s, retries.attempts = 3, cors.origins = ["https://a.example"], at-token-expiry = keep
                    rate-limit { requests = 10, per = 1m, key = address }
                  }
                  routes.a { path = "/a", upstream = "http://a" }
                  routes.b { path = "/b", upstream = "http://b", rate-limit.requests = 20, cors.origins = ["https://b.example"]
                    retries.attempts = 1, at-token-expiry = close }
                  routes.c { path = "/c", upstream = "http://c", rate-limit = null, cors = null }
                  routes.d { path = "/d", upstream = "http://d", cors.origins = [] }
                }""");

        assertThat(routes.get(0).retries()).isEqualTo(3);
        assertThat(routes.get(0).cors()).isEqualTo(new Cors(Set.of("https://a.example")));
        assertThat(routes.get(0).rateLimit())
                .isEqualTo(new RateLimit(10, Duration.ofMinutes(1), RateLimit.Key.ADDRESS));
        assertThat(routes.get(0).endsWithToken()).isFalse();
        assertThat(routes.get(1).retries()).isEqualTo(1);
        assertThat(routes.get(1).cors()).isEqualTo(new Cors(Set.of("https://b.example")));
        assertThat(routes.get(1).rateLimit())
                .isEqualTo(new RateLimit(20, Duration.ofMinutes(1), RateLimit.Key.ADDRESS));
        assertThat(routes.get(1).endsWithToken()).isTrue();
        assertThat(routes.get(2).rateLimit()).isNull();
        assertThat(routes.get(2).cors()).isNull();
        assertThat(routes.get(3).cors()).isNull();
    }

    @Test
    void halfALimitInTheDefaultsLimitsOnlyRoutesThatSayTheRest() {
        List<Route> routes = routes("gateway.route-defaults.rate-limit { per = 1m, key = client }\n" + Written.ROUTE
                + "gateway.routes.s { path = \"/s\", upstream = \"http://s\", scope = s, rate-limit.requests = 5 }");

        assertThat(routes.get(0).rateLimit()).isNull();
        assertThat(routes.get(1).rateLimit()).isEqualTo(new RateLimit(5, Duration.ofMinutes(1), RateLimit.Key.CLIENT));
    }

    static Stream<Arguments> valuesAreChecked() {
        return Stream.of(
                arguments("retries.attempts = 6", "retries.attempts: must be a whole number from 0 to 5, not 6"),
                arguments("retries = 2", "retries: must be a block { … }, not 2"),
                arguments("retries.attemps = 2", "retries.attemps: unknown key; did you mean \"attempts\"?"),
                arguments("at-token-expiry = ignore", "at-token-expiry: must be close or keep, not \"ignore\""),
                arguments(
                        "rate-limit { per = 1m }",
                        "rate-limit.requests: has no value; say how many requests of one caller are taken, such as 100"),
                arguments(
                        "rate-limit { requests = 10 }",
                        "rate-limit.requests: needs per beside it, the time in which they may come, such as per = 1m"),
                arguments(
                        "rate-limit { requests = 0, per = 1m }",
                        "rate-limit.requests: must be a whole number from 1 to 1000000000, not 0"),
                arguments(
                        "rate-limit { requests = 1, per = 60 }",
                        "rate-limit.per: must be a duration with a unit, such as 250ms, 30s or 5m, not 60"),
                arguments(
                        "rate-limit { requests = 1, per = 1m, key = user }",
                        "rate-limit.key: must be employee, client or address, not \"user\""),
                arguments(
                        "rate-limit { requests = 1, per = 1m, burst = 3 }",
                        "rate-limit.burst: unknown key; known: key, per, requests"),
                arguments(
                        "grant = anonymous, rate-limit { requests = 1, per = 1m }",
                        "rate-limit: an anonymous route looks at no token, so it knows no employee; write key = address, or choose another grant"),
                arguments(
                        "grant = anonymous, rate-limit { requests = 1, per = 1m, key = client }",
                        "rate-limit: an anonymous route looks at no token, so it knows no client; write key = address, or choose another grant"));
    }

    @ParameterizedTest
    @MethodSource
    void valuesAreChecked(String inRoute, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r { " + inRoute + " }"))
                .containsExactly("gateway.conf:2: gateway.routes.r." + problem);
    }

    static Stream<Arguments> originsAreWhatBrowsersSend() {
        return Stream.of(
                arguments(
                        "[\"https://a.example/\"]",
                        "[0]: \"https://a.example/\" is not what browsers send; write \"https://a.example\""),
                arguments("[\"*\", \"https://a\"]", ": \"*\" is all origins; let it stand alone, or remove it"),
                arguments(
                        "[\"https://b\", \"https://a/app?x\"]",
                        "[1]: \"https://a/app?x\" is not what browsers send; write \"https://a\""),
                arguments(
                        "[\"HTTPS://A.example:443\"]",
                        "[0]: \"HTTPS://A.example:443\" is not what browsers send; write \"https://a.example\""),
                arguments("[\"http://a:80\"]", "[0]: \"http://a:80\" is not what browsers send; write \"http://a\""),
                arguments("[\"https://me@a\"]", "[0]: \"https://me@a\" is not what browsers send; write \"https://a\""),
                arguments(
                        "[\"https://*.a.example\"]",
                        "[0]: \"https://*.a.example\" has a star, which stands for nothing here; list each origin, or \"*\" alone for all"),
                arguments(
                        "[\"a.example\"]",
                        "[0]: \"a.example\" is no origin; write one such as \"https://app.example.com\""),
                arguments(
                        "[\"https://blåbær.example\"]",
                        "[0]: \"https://blåbær.example\" is no origin; write one such as \"https://app.example.com\""),
                arguments(
                        "[\"null\"]", "[0]: \"null\" is what any page can make its origin; list those that are meant"),
                arguments("\"https://a\"", ": must be a list, such as [\"a\", \"b\"], not \"https://a\""));
    }

    @ParameterizedTest
    @MethodSource
    void originsAreWhatBrowsersSend(String origins, String problem) {
        assertThat(Written.onNais(folder).problems(Written.ROUTE + "gateway.routes.r.cors.origins = " + origins))
                .containsExactly("gateway.conf:2: gateway.routes.r.cors.origins" + problem);
    }

    @Test
    void aDefaultLimitThatAnAnonymousRouteCannotKeepIsReportedThere() {
        assertThat(Written.in(folder).problems("""
                        gateway.route-defaults.rate-limit { requests = 1, per = 1m }
                        gateway.routes.a { path = "/a", upstream = "http://a", grant = anonymous }"""))
                .containsExactly(
                        "gateway.conf:2: gateway.routes.a.rate-limit: an anonymous route looks at no token, so it knows no employee; write key = address, or choose another grant");
    }

    @Test
    void aProblemOfTheDefaultsIsReportedOnce() {
        assertThat(Written.onNais(folder).problems("""
                        gateway.route-defaults { retries.attempts = 9, cors.origins = [a], rate-limit { per = 1, kye = client } }
                        """ + Written.ROUTE))
                .containsExactlyInAnyOrder(
                        "gateway.conf:1: gateway.route-defaults.retries.attempts: must be a whole number from 0 to 5, not 9",
                        "gateway.conf:1: gateway.route-defaults.cors.origins[0]: \"a\" is no origin; write one such as \"https://app.example.com\"",
                        "gateway.conf:1: gateway.route-defaults.rate-limit.per: must be a duration with a unit, such as 250ms, 30s or 5m, not 1",
                        "gateway.conf:1: gateway.route-defaults.rate-limit.kye: unknown key; did you mean \"key\"?");
    }
}
