package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.obogateway.access.Decision;
import io.obogateway.access.Quota;
import io.obogateway.route.Cors;
import io.obogateway.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a route's settings add to the responses to its requests, the upstream's and the gateway's own alike. A
 * refusal that falls before a route is known has none.
 */
final class RouteFields {
    private RouteFields() {}

    /**
     * @param response the final one, otherwise ready for the client; changed in place
     * @param decision about the request; null: none was made yet
     */
    static void add(HttpResponse response, @Nullable Decision decision, HttpRequest request) {
        if (decision == null) {
            return;
        }
        Quota quota = decision.quota();
        if (quota != null) {
            RateLimitFields.set(response.headers(), quota);
        }
        Route route = decision.route();
        Cors cors = route == null ? null : route.cors();
        if (cors != null) {
            CorsFields.set(response.headers(), cors, request.headers().get(HttpHeaderNames.ORIGIN));
            if (decision instanceof Decision.Preflight allowed) {
                CorsFields.permit(response.headers(), allowed);
            }
        }
    }
}
