package io.obogateway.route;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestPath;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All routes, ready to be asked which one takes a request. The most specific one does: by host (exact, then the longest
 * wildcard, then any), then segment by segment from the left (literal, {@code *}, {@code **}). A route whose methods do not
 * fit does not take the request, so a less specific one may.
 *
 * <p>Immutable.
 */
public final class RouteTable {
    private static final Match NO_ROUTE =
            new Match.Refused(Refusal.of(ErrorCode.NO_ROUTE, "No route takes this path on this host"));
    private static final Match SERVER_AS_A_WHOLE =
            new Match.Refused(Refusal.of(ErrorCode.NO_ROUTE, "Routes take paths; the request target '*' has none"));
    private static final Match ASTERISK_FOR_OPTIONS =
            new Match.Refused(Refusal.of(ErrorCode.BAD_REQUEST, "The request target '*' goes with OPTIONS only"));
    private static final Match AMBIGUOUS = new Match.Refused(Refusal.of(
                    ErrorCode.BAD_REQUEST,
                    "The path leads to another route when its empty segments are merged or its ;params dropped, as"
                            + " services may do")
            .withRemedy("Send the path without empty segments and ;params."));

    private final Map<String, RouteTrie> exactHosts = new HashMap<>();
    /** Keyed by the host behind the star, beginning with a dot. */
    private final Map<String, RouteTrie> wildcardHosts = new HashMap<>();

    private final RouteTrie anyHost = new RouteTrie();

    /**
     * @throws IllegalArgumentException if a pattern is malformed or two routes take the same requests
     */
    public RouteTable(Collection<Route> routes) {
        List<RouteConflict> conflicts = RouteConflict.among(routes);
        if (!conflicts.isEmpty()) {
            throw new IllegalArgumentException(conflicts.get(0).toString());
        }
        for (Route route : routes) {
            PathPattern pattern = PathPattern.parse(route.path());
            Match.Taken taken = new Match.Taken(route, UpstreamTarget.of(route, pattern));
            if (route.hosts().isEmpty()) {
                anyHost.add(pattern, taken);
            }
            for (String host : route.hosts()) {
                trie(host).add(pattern, taken);
            }
        }
    }

    private RouteTrie trie(String host) {
        return host.startsWith("*.")
                ? wildcardHosts.computeIfAbsent(host.substring(1), unused -> new RouteTrie())
                : exactHosts.computeIfAbsent(host, unused -> new RouteTrie());
    }

    /**
     * Which route takes a request.
     *
     * @param method as received
     * @param host in lower case, without a port
     */
    public Match match(String method, String host, RequestPath path) {
        if (path.asterisk()) {
            return method.equals("OPTIONS") ? SERVER_AS_A_WHOLE : ASTERISK_FOR_OPTIONS;
        }
        Match.Taken taken = find(method, host, path);
        for (RequestPath reading : path.otherReadings()) {
            if (!Objects.equals(taken, find(method, host, reading))) {
                return AMBIGUOUS;
            }
        }
        return taken != null ? taken : notTaken(host, path);
    }

    private Match.@Nullable Taken find(String method, String host, RequestPath path) {
        RouteTrie exact = exactHosts.get(host);
        Match.Taken taken = exact == null ? null : exact.find(method, path);
        if (taken == null && !wildcardHosts.isEmpty()) {
            for (int dot = host.indexOf('.', 1); dot > 0 && taken == null; dot = host.indexOf('.', dot + 1)) {
                RouteTrie wildcard = wildcardHosts.get(host.substring(dot));
                taken = wildcard == null ? null : wildcard.find(method, path);
            }
        }
        return taken != null ? taken : anyHost.find(method, path);
    }

    private Match notTaken(String host, RequestPath path) {
        Set<String> methods = new TreeSet<>();
        RouteTrie exact = exactHosts.get(host);
        if (exact != null) {
            exact.collectMethods(path, methods);
        }
        for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
            RouteTrie wildcard = wildcardHosts.get(host.substring(dot));
            if (wildcard != null) {
                wildcard.collectMethods(path, methods);
            }
        }
        anyHost.collectMethods(path, methods);
        if (methods.isEmpty()) {
            return NO_ROUTE;
        }
        String detail = "No route takes this method here; the path takes " + String.join(", ", methods);
        return new Match.Refused(
                Refusal.of(ErrorCode.METHOD_NOT_ALLOWED, detail).withAllow(List.copyOf(methods)));
    }
}
