package io.obogateway.route;

import static io.obogateway.route.TestRoute.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestPath;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    @ParameterizedTest
    @CsvSource({
        "/people, exact",
        "/people/, below",
        "/people/me, me",
        "/people/me/, below",
        "/people/7, one",
        "/people/7/salary, salary",
        "/people/me/salary, salary",
        "/people/7/8, below",
        "/people/7/8/9/10, below",
        "/PEOPLE, all",
        "/p%65ople/m%65, me",
        "/, all",
        "/other, all",
    })
    void mostSpecificPathWins(String path, String name) {
        RouteTable table = table(
                route("all", "/**"),
                route("below", "/people/**"),
                route("salary", "/people/*/salary"),
                route("one", "/people/*"),
                route("me", "/people/me"),
                route("exact", "/people"));

        assertThat(taken(table, "GET", "h", path)).isEqualTo(name);
    }

    @Test
    void comparisonIsFromTheLeft() {
        RouteTable table = table(route("literal first", "/a/*/*"), route("literals later", "/*/b/c"));

        assertThat(taken(table, "GET", "h", "/a/b/c")).isEqualTo("literal first");
        assertThat(taken(table, "GET", "h", "/x/b/c")).isEqualTo("literals later");
    }

    @Test
    void deadEndsAreLeftAgain() {
        RouteTable table = table(route("deep", "/a/b/c"), route("star", "/a/*/d"), route("rest", "/**"));

        assertThat(taken(table, "GET", "h", "/a/b/d")).isEqualTo("star");
        assertThat(taken(table, "GET", "h", "/a/b/e")).isEqualTo("rest");
    }

    @Test
    void orderOfRoutesMeansNothing() {
        List<TestRoute> routes = List.of(route("a", "/x/**"), route("b", "/x/*"), route("c", "/x/y"));
        List<TestRoute> reversed = List.of(routes.get(2), routes.get(1), routes.get(0));

        for (String path : List.of("/x", "/x/y", "/x/z", "/x/y/z")) {
            assertThat(taken(table(routes.toArray(TestRoute[]::new)), "GET", "h", path))
                    .isEqualTo(taken(table(reversed.toArray(TestRoute[]::new)), "GET", "h", path));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "people.example.com, exact",
        "a.people.example.com, long wildcard",
        "b.a.people.example.com, long wildcard",
        "salary.example.com, wildcard",
        "example.com, any",
        ".example.com, any",
        "example.org, any",
        "'', any",
    })
    void mostSpecificHostWins(String host, String name) {
        RouteTable table = table(
                route("any", "/a/b/c"),
                route("wildcard", "/a/b/**").hosts("*.example.com"),
                route("long wildcard", "/a/**").hosts("*.people.example.com"),
                route("exact", "/**").hosts("people.example.com"));

        assertThat(taken(table, "GET", host, "/a/b/c")).isEqualTo(name);
    }

    @Test
    void hostWithoutFittingPathFallsBackToLessSpecificOnes() {
        RouteTable table = table(
                route("any", "/x"),
                route("wildcard", "/y").hosts("*.test"),
                route("exact", "/z").hosts("a.test"));

        assertThat(taken(table, "GET", "a.test", "/x")).isEqualTo("any");
        assertThat(taken(table, "GET", "a.test", "/y")).isEqualTo("wildcard");
        assertThat(taken(table, "GET", "a.test", "/z")).isEqualTo("exact");
    }

    @Test
    void lessSpecificRouteThatTakesTheMethodWins() {
        RouteTable table = table(
                route("read", "/people/7").methods("GET"),
                route("write", "/people/*").methods("PUT"),
                route("host", "/people/**").methods("DELETE").hosts("h"),
                route("rest", "/**").methods("OPTIONS"));

        assertThat(taken(table, "GET", "h", "/people/7")).isEqualTo("read");
        assertThat(taken(table, "PUT", "h", "/people/7")).isEqualTo("write");
        assertThat(taken(table, "DELETE", "h", "/people/7")).isEqualTo("host");
        assertThat(taken(table, "OPTIONS", "h", "/people/7")).isEqualTo("rest");
        assertThat(taken(table, "get", "h", "/people/7")).isEqualTo("method_not_allowed");
    }

    @Test
    void unfittingMethodIsAnsweredWithAllThatFitInOrder() {
        RouteTable table = table(
                route("read", "/people/7").methods("HEAD", "GET"),
                route("write", "/people/*").methods("PUT"),
                route("host", "/people/**").methods("DELETE").hosts("h"),
                route("wildcard", "/people/**").methods("PATCH").hosts("*.h"),
                route("rest", "/**").methods("OPTIONS", "GET"));

        Refusal refusal = refusal(table, "POST", "h", "/people/7");

        assertThat(refusal.code()).isEqualTo(ErrorCode.METHOD_NOT_ALLOWED);
        assertThat(refusal.allow()).containsExactly("DELETE", "GET", "HEAD", "OPTIONS", "PUT");
        assertThat(refusal(table, "POST", "a.h", "/people/8").allow())
                .containsExactly("GET", "OPTIONS", "PATCH", "PUT");
    }

    @Test
    void sharedPathIsToldApartByMethod() {
        RouteTable table = table(
                route("read", "/people").methods("GET"),
                route("write", "/people").methods("POST"));

        assertThat(taken(table, "GET", "h", "/people")).isEqualTo("read");
        assertThat(taken(table, "POST", "h", "/people")).isEqualTo("write");
    }

    @Test
    void pathThatNoRouteTakesHasNoRoute() {
        RouteTable table = table(route("people", "/people/*"));

        assertThat(taken(table, "GET", "h", "/people")).isEqualTo("no_route");
        assertThat(taken(table, "GET", "h", "/people/")).isEqualTo("no_route");
        assertThat(taken(table, "GET", "h", "/people/7/8")).isEqualTo("no_route");
    }

    @Test
    void serverAsAWholeIsNobodysPath() {
        assertThat(taken(table(route("all", "/**")), "OPTIONS", "h", "*")).isEqualTo("no_route");
        assertThat(taken(table(route("all", "/**")), "GET", "h", "*")).isEqualTo("bad_request");
    }

    @ParameterizedTest
    @CsvSource({
        "/open//admin, bad_request",
        "//admin/x, bad_request",
        "/open;x/admin, bad_request",
        "/admin;x/y, bad_request",
        "/open/x;y/z, open",
        "/open//x, open",
        "/open//, open",
        "/;x/admin, bad_request",
        "/open/;x/admin, bad_request",
        "/open/admin;x, bad_request",
        "/nothing//here, no_route",
        "/nothing;here, no_route",
    })
    void pathThatUpstreamsMayReadAsAnotherRoutesIsRefused(String path, String outcome) {
        RouteTable table = table(
                route("open", "/open/**"),
                route("admin", "/admin/**"),
                route("open admin", "/open/admin").methods("GET"));

        assertThat(taken(table, "GET", "h", path)).isEqualTo(outcome);
    }

    @Test
    void otherReadingsAreComparedForTheRequestsOwnMethod() {
        RouteTable table =
                table(route("open", "/open/**"), route("admin", "/open/admin").methods("DELETE"));

        assertThat(taken(table, "GET", "h", "/open//admin")).isEqualTo("open");
        assertThat(taken(table, "DELETE", "h", "/open//admin")).isEqualTo("bad_request");
    }

    @Test
    void conflictingRoutesMakeNoTable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(route("a", "/x"), route("b", "/%78")))
                .withMessage("routes a and b take the same requests");
    }

    /** The cost itself is measured by a benchmark; this only fails where look-ups walk through all routes. */
    @Test
    void hundredThousandRoutesAreLookedUpWithoutWalkingThroughThem() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            routes.add(route("r" + i, "/api/" + i + "/items/*").build());
        }
        RouteTable table = new RouteTable(routes);

        int found = 0;
        for (int i = 0; i < 100_000; i++) {
            RequestPath path = RequestPath.parse("/api/" + i + "/items/7");
            found += table.match("GET", "h", path).taken().route().name().equals("r" + i) ? 1 : 0;
        }
        assertThat(found).isEqualTo(100_000);
    }

    private static RouteTable table(TestRoute... routes) {
        return new RouteTable(Stream.of(routes).map(TestRoute::build).toList());
    }

    static String taken(RouteTable table, String method, String host, String path) {
        Match match = table.match(method, host, RequestPath.parse(path));
        return match instanceof Match.Taken taken
                ? taken.route().name()
                : ((Match.Refused) match).refusal().code().code();
    }

    private static Refusal refusal(RouteTable table, String method, String host, String path) {
        return ((Match.Refused) table.match(method, host, RequestPath.parse(path))).refusal();
    }
}
