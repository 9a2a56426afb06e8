package io.obogateway.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two routes that take the same requests, so that nothing but chance would say which one serves them.
 *
 * @param first the name of the route that comes first in what was compared
 * @param second the name of the other
 */
public record RouteConflict(String first, String second) {
    private static final String ANY_HOST = "";

    private record Place(String host, String shape) {}

    /**
     * All pairs that conflict: the same shape of path, a host in common and a method in common. Each pair is there once.
     *
     * @throws IllegalArgumentException if a pattern is malformed
     */
    public static List<RouteConflict> among(Collection<Route> routes) {
        Map<Place, List<Route>> places = new LinkedHashMap<>();
        for (Route route : routes) {
            String shape = PathPattern.parse(route.path()).shape();
            for (String host : route.hosts().isEmpty() ? Set.of(ANY_HOST) : route.hosts()) {
                places.computeIfAbsent(new Place(host, shape), unused -> new ArrayList<>())
                        .add(route);
            }
        }
        Set<RouteConflict> conflicts = new LinkedHashSet<>();
        for (List<Route> together : places.values()) {
            addConflicts(together, conflicts);
        }
        return List.copyOf(conflicts);
    }

    private static void addConflicts(List<Route> together, Set<RouteConflict> conflicts) {
        for (int i = 0; i < together.size(); i++) {
            for (int j = i + 1; j < together.size(); j++) {
                if (methodsMeet(together.get(i), together.get(j))) {
                    conflicts.add(new RouteConflict(
                            together.get(i).name(), together.get(j).name()));
                }
            }
        }
    }

    private static boolean methodsMeet(Route one, Route other) {
        return one.methods().isEmpty()
                || other.methods().isEmpty()
                || !Collections.disjoint(one.methods(), other.methods());
    }

    @Override
    public String toString() {
        return "routes " + first + " and " + second + " take the same requests";
    }
}
