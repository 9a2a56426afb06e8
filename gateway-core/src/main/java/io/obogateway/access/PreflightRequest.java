package io.obogateway.access;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestHead;
import io.obogateway.http.RequestPath;
import io.obogateway.route.Cors;
import io.obogateway.route.Match;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTable;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A browser's question whether a page of another origin may send a request (Fetch standard, "CORS-preflight fetch"). It
 * comes without a token; it is about the route that would take the request, and only a route with {@code cors} has its
 * preflights answered here.
 */
final class PreflightRequest {
    private static final String REQUEST_METHOD = "access-control-request-method";
    private static final String REQUEST_HEADERS = "access-control-request-headers";
    private static final Refusal ORIGIN = Refusal.of(
                    ErrorCode.ORIGIN_NOT_ALLOWED, "The origin of the page is not among those that may call this route")
            .withRemedy("List it, as the browser writes it in Origin, in the route's cors.origins.");
    private static final Refusal MALFORMED =
            Refusal.of(ErrorCode.BAD_REQUEST, "The preflight asks for something that is no method or no field name");

    private PreflightRequest() {}

    /**
     * @return null if it is no preflight or none of a route with {@code cors}: then it is a request as any
     * @throws GatewayException {@link ErrorCode#ORIGIN_NOT_ALLOWED}, or {@link ErrorCode#BAD_REQUEST} for what is neither
     *     a method nor a field name
     */
    static Decision.@Nullable Preflight answer(RequestHead head, RequestPath path, RouteTable routes, Attempt attempt) {
        String origin = head.field("origin");
        String method = head.field(REQUEST_METHOD);
        if (origin == null || method == null) {
            return null;
        }
        CarriedMethods.check(method);
        Match match = routes.match(method, head.host(), path);
        if (!(match instanceof Match.Taken taken)) {
            return null;
        }
        Cors cors = taken.route().cors();
        if (cors == null) {
            return null;
        }
        String fields = fieldNames(head.fields(REQUEST_HEADERS));
        if (!isToken(method) || fields == null) {
            throw new GatewayException(MALFORMED);
        }
        Route route = attempt.takenBy(taken.route());
        if (!cors.allows(origin)) {
            throw new GatewayException(ORIGIN);
        }
        return new Decision.Preflight(route, methods(route, method), fields);
    }

    private static String methods(Route route, String requested) {
        return route.methods().isEmpty() ? requested : String.join(", ", new TreeSet<>(route.methods()));
    }

    /** As a list of our own making; empty if none is asked for, null if one is none. */
    private static @Nullable String fieldNames(List<String> values) {
        StringBuilder names = new StringBuilder();
        for (String value : values) {
            for (String each : value.split(",", -1)) {
                String name = each.strip();
                if (!name.isEmpty()) {
                    if (!isToken(name)) {
                        return null;
                    }
                    names.append(names.length() == 0 ? "" : ", ").append(name);
                }
            }
        }
        return names.toString();
    }

    private static boolean isToken(String text) { // RFC 9110, 5.6.2
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
