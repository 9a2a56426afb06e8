package io.obogateway.route;

import io.obogateway.http.RequestPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host as a tree of path segments. A look-up goes down one literal, else {@code *}, else {@code **} per
 * segment and comes back where the method does not fit, so its cost is the path's depth and not the number of routes.
 *
 * <p>Filled by {@link RouteTable}'s constructor, only read afterwards.
 */
final class RouteTrie {
    private final Node root = new Node();

    void add(PathPattern pattern, Match.Taken taken) {
        Node node = root;
        for (String segment : pattern.segments()) {
            if (segment.equals(PathPattern.REST)) {
                node.rest = node.rest == null ? new Methods() : node.rest;
                node.rest.add(taken);
                return;
            }
            node = segment.equals(PathPattern.ANY) ? node.any() : node.literal(segment);
        }
        node.end = node.end == null ? new Methods() : node.end;
        node.end.add(taken);
    }

    /** The most specific route that takes both path and method. */
    Match.@Nullable Taken find(String method, RequestPath path) {
        return root.find(method, path, 0);
    }

    /** Adds the methods of all routes that take the path. */
    void collectMethods(RequestPath path, Set<String> methods) {
        root.collectMethods(path, 0, methods);
    }

    private static final class Node {
        private Map<String, Node> literals = Map.of();
        private @Nullable Node any;
        private @Nullable Methods end;
        private @Nullable Methods rest;

        Node literal(String segment) {
            if (literals.isEmpty()) {
                literals = new HashMap<>(4);
            }
            return literals.computeIfAbsent(segment, unused -> new Node());
        }

        Node any() {
            any = any == null ? new Node() : any;
            return any;
        }

        Match.@Nullable Taken find(String method, RequestPath path, int depth) {
            Match.Taken found = null;
            if (depth == path.size()) {
                found = end == null ? null : end.taking(method);
            } else {
                String segment = path.segment(depth);
                Node literal = literals.get(segment);
                found = literal == null ? null : literal.find(method, path, depth + 1);
                if (found == null && any != null && !segment.isEmpty()) {
                    found = any.find(method, path, depth + 1);
                }
            }
            return found == null && rest != null ? rest.taking(method) : found;
        }

        void collectMethods(RequestPath path, int depth, Set<String> methods) {
            if (rest != null) {
                methods.addAll(rest.names());
            }
            if (depth == path.size()) {
                if (end != null) {
                    methods.addAll(end.names());
                }
                return;
            }
            String segment = path.segment(depth);
            Node literal = literals.get(segment);
            if (literal != null) {
                literal.collectMethods(path, depth + 1, methods);
            }
            if (any != null && !segment.isEmpty()) {
                any.collectMethods(path, depth + 1, methods);
            }
        }
    }

    /** The routes that take the same paths, told apart by their methods. */
    private static final class Methods {
        private final Map<String, Match.Taken> byName = new HashMap<>(4);
        private Match.@Nullable Taken all;

        void add(Match.Taken taken) {
            Set<String> names = taken.route().methods();
            if (names.isEmpty()) {
                all = taken;
            }
            for (String name : names) {
                byName.put(name, taken);
            }
        }

        Match.@Nullable Taken taking(String method) {
            return all != null ? all : byName.get(method);
        }

        List<String> names() {
            return List.copyOf(byName.keySet());
        }
    }
}
