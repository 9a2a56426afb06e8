package io.obogateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The trie against the contract's sentence written naively: try every route, keep the most specific. */
class RouteTableReferenceTest {
    private static final String[] SEGMENTS = {"a", "b", "*", "", "c"};
    private static final String[] METHODS = {"GET", "PUT", "POST"};
    private static final String[] HOSTS = {"h", "x.h", "y.x.h", "*.h", "*.x.h"};

    private final Random random = new Random(20261121);

    @Test
    void tableAgreesWithTheNaiveReading() {
        Set<String> outcomes = new TreeSet<>();
        for (int round = 0; round < 1_000; round++) {
            List<Route> routes = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                Route route = randomRoute("r" + i);
                boolean conflicts = routes.stream().anyMatch(other -> naivelyConflict(other, route));
                List<Route> both = new ArrayList<>(routes);
                both.add(route);
                assertThat(RouteConflict.among(both).isEmpty()).as("%s", both).isNotEqualTo(conflicts);
                if (!conflicts) {
                    routes.add(route);
                }
            }
            RouteTable table = new RouteTable(routes);
            for (int i = 0; i < 20; i++) {
                String method = pick(METHODS);
                String host = random.nextBoolean() ? pick(HOSTS).replace("*", "z") : "other";
                String path = randomPath(SEGMENTS, ";p");
                String expected = naive(routes, method, host, path);

                assertThat(RouteTableTest.taken(table, method, host, path))
                        .as("%s %s %s over %s", method, host, path, routes)
                        .isEqualTo(expected);
                outcomes.add(expected.startsWith("r") ? "route" : expected);
            }
        }
        assertThat(outcomes).containsExactly("bad_request", "method_not_allowed", "no_route", "route");
    }

    private Route randomRoute(String name) {
        String path;
        do {
            path = randomPath(SEGMENTS, "") + (random.nextInt(3) == 0 ? "/**" : "");
        } while (path.contains("//"));
        TestRoute route = TestRoute.route(name, path);
        if (random.nextInt(3) == 0) {
            route.hosts(random.nextBoolean() ? new String[] {pick(HOSTS)} : new String[] {"h", "*.x.h"});
        }
        if (random.nextInt(3) == 0) {
            route.methods(random.nextBoolean() ? new String[] {pick(METHODS)} : new String[] {"GET", "PUT"});
        }
        return route.build();
    }

    private String randomPath(String[] segments, String sometimes) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            path.append('/').append(pick(segments));
            if (random.nextInt(12) == 0) {
                path.append(sometimes);
            }
        }
        return path.toString();
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static String naive(List<Route> routes, String method, String host, String path) {
        Route best = best(routes, method, host, path);
        String merged = path.replaceAll("/+", "/");
        String cut = path.replaceAll(";[^/]*", "");
        for (String reading : List.of(merged, cut, cut.replaceAll("/+", "/"), merged.replaceAll(";[^/]*", ""))) {
            if (!Objects.equals(best, best(routes, method, host, reading))) {
                return "bad_request";
            }
        }
        if (best != null) {
            return best.name();
        }
        boolean anyMethod = routes.stream().anyMatch(route -> hostRank(route, host) < 9 && takes(route.path(), path));
        return anyMethod ? "method_not_allowed" : "no_route";
    }

    private static @Nullable Route best(List<Route> routes, String method, String host, String path) {
        return routes.stream()
                .filter(route -> hostRank(route, host) < 9)
                .filter(route -> route.methods().isEmpty() || route.methods().contains(method))
                .filter(route -> takes(route.path(), path))
                .min((one, other) -> hostRank(one, host) != hostRank(other, host)
                        ? Integer.compare(hostRank(one, host), hostRank(other, host))
                        : pathRank(one.path()).compareTo(pathRank(other.path())))
                .orElse(null);
    }

    /** 0 exact, 1 and 2 the wildcards from the longest, 5 any, 9 not this route. */
    private static int hostRank(Route route, String host) {
        if (route.hosts().isEmpty()) {
            return 5;
        }
        int rank = 9;
        for (String declared : route.hosts()) {
            if (declared.equals(host)) {
                rank = Math.min(rank, 0);
            } else if (declared.equals("*.x.h") && host.endsWith(".x.h")) {
                rank = Math.min(rank, 1);
            } else if (declared.equals("*.h") && host.endsWith(".h")) {
                rank = Math.min(rank, 2);
            }
        }
        return rank;
    }

    /** A text whose order is the order of specificity: an end before a literal before a star before the rest. */
    private static String pathRank(String pattern) {
        StringBuilder rank = new StringBuilder();
        for (String segment : pattern.substring(1).split("/", -1)) {
            rank.append(segment.equals("**") ? '3' : segment.equals("*") ? '2' : '1');
        }
        return rank.append('0').toString();
    }

    private static boolean takes(String pattern, String path) {
        return takes(
                List.of(pattern.substring(1).split("/", -1)),
                List.of(path.substring(1).split("/", -1)));
    }

    private static boolean takes(List<String> pattern, List<String> path) {
        if (pattern.isEmpty()) {
            return path.isEmpty();
        }
        if (pattern.get(0).equals("**")) {
            return true;
        }
        if (path.isEmpty()) {
            return false;
        }
        boolean fits = pattern.get(0).equals("*")
                ? !path.get(0).isEmpty()
                : pattern.get(0).equals(path.get(0));
        return fits && takes(pattern.subList(1, pattern.size()), path.subList(1, path.size()));
    }

    private static boolean naivelyConflict(Route one, Route other) {
        Set<String> hosts = new HashSet<>(one.hosts());
        hosts.retainAll(other.hosts());
        boolean sameHost = one.hosts().isEmpty() ? other.hosts().isEmpty() : !hosts.isEmpty();
        boolean sameMethod = one.methods().isEmpty()
                || other.methods().isEmpty()
                || !Collections.disjoint(one.methods(), other.methods());
        return sameHost && sameMethod && one.path().equals(other.path());
    }
}
