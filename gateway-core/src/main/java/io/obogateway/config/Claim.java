package io.obogateway.config;

import io.obogateway.route.PathPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The requests that a route says are its own, so that two routes that claim the same ones are found. */
record Claim(String route, PathPattern path, Set<String> hosts, Set<String> methods, Key pathKey) {

    /** Reports each route that takes what an earlier one takes. */
    static void refuseConflicts(List<Claim> claims) {
        Map<String, List<Claim>> byShape = new HashMap<>();
        for (Claim claim : claims) {
            List<Claim> alike = byShape.computeIfAbsent(claim.path.shape(), shape -> new ArrayList<>());
            alike.stream().filter(claim::conflictsWith).findFirst().ifPresent(claim::refuse);
            alike.add(claim);
        }
    }

    private void refuse(Claim earlier) {
        pathKey.problem("takes the same requests as the route " + earlier.route + " (" + earlier.pathKey.place() + "): "
                + shared(earlier) + "; let them differ in path, hosts or methods");
    }

    /** Given the same shape of path. */
    private boolean conflictsWith(Claim other) {
        return (methods.isEmpty() || other.methods.isEmpty() || !Collections.disjoint(methods, other.methods))
                && (hosts.isEmpty() ? other.hosts.isEmpty() : !Collections.disjoint(hosts, other.hosts));
    }

    private String shared(Claim other) {
        String text = methods.isEmpty() ? common(other.methods, methods) : common(methods, other.methods);
        text = (text.isEmpty() ? "any method" : text) + " " + path.shape();
        return hosts.isEmpty() ? text : text + " on " + common(hosts, other.hosts);
    }

    /** The second set empty means any. */
    private static String common(Set<String> some, Set<String> others) {
        Set<String> common = new TreeSet<>(some);
        if (!others.isEmpty()) {
            common.retainAll(others);
        }
        return String.join(", ", common);
    }
}
