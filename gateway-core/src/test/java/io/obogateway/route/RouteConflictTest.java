package io.obogateway.route;

import static io.obogateway.route.TestRoute.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteConflictTest {

    @Test
    void samePathIsAConflictHoweverItIsWritten() {
        assertThat(conflicts(route("a", "/people/%c3%a6"), route("b", "/p%65ople/%C3%A6")))
                .containsExactly(new RouteConflict("a", "b"));
    }

    @Test
    void differentKindsOfSegmentAreNoConflict() {
        assertThat(conflicts(
                        route("a", "/x"), route("b", "/x/"), route("c", "/x/*"), route("d", "/x/**"), route("e", "/*")))
                .isEmpty();
    }

    @Test
    void routesInOneMethodAreAConflictEvenIfOneTakesMore() {
        assertThat(conflicts(
                        route("a", "/x").methods("GET", "PUT"), route("b", "/x").methods("PUT")))
                .containsExactly(new RouteConflict("a", "b"));
        assertThat(conflicts(route("a", "/x").methods("GET"), route("b", "/x")))
                .containsExactly(new RouteConflict("a", "b"));
        assertThat(conflicts(route("a", "/x").methods("GET"), route("b", "/x").methods("PUT")))
                .isEmpty();
    }

    @Test
    void hostsOfDifferentSpecificityAreNoConflict() {
        assertThat(conflicts(
                        route("a", "/x"),
                        route("b", "/x").hosts("*.test"),
                        route("c", "/x").hosts("a.test"),
                        route("d", "/x").hosts("b.test", "*.a.test")))
                .isEmpty();
    }

    @Test
    void routesInOneHostAreAConflictOnce() {
        assertThat(conflicts(
                        route("a", "/x").hosts("1", "2", "3"), route("b", "/x").hosts("2", "3", "4")))
                .containsExactly(new RouteConflict("a", "b"));
    }

    @Test
    void everyPairIsNamed() {
        assertThat(conflicts(route("a", "/x"), route("b", "/x"), route("c", "/x")))
                .containsExactly(new RouteConflict("a", "b"), new RouteConflict("a", "c"), new RouteConflict("b", "c"));
    }

    private static List<RouteConflict> conflicts(TestRoute... routes) {
        return RouteConflict.among(Stream.of(routes).map(TestRoute::build).toList());
    }
}
