package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.obogateway.access.Decision;
import io.obogateway.route.Cors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tells a browser that a page of another origin may send a request to a route and read the response (Fetch standard,
 * "CORS protocol"). Credentials are not allowed, as in cookies: a page has its token and sends it in {@code Authorization}.
 */
final class CorsFields {
    private static final String ANY = "*";
    private static final AsciiString PREFLIGHT_LIFE = AsciiString.cached("1800");
    private static final AsciiString PREFLIGHT_VARY =
            AsciiString.cached("Access-Control-Request-Method, Access-Control-Request-Headers");

    /** What a page needs to know of a refusal, beside its body. */
    private static final String EXPOSED = "WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy";

    /** Upstreams may say these for themselves; two answers would be none to a browser. */
    private static final List<AsciiString> OURS = List.of(
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_PRIVATE_NETWORK,
            HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
            HttpHeaderNames.ACCESS_CONTROL_MAX_AGE);

    private CorsFields() {}

    /**
     * Sets the fields of a response, the upstream's or the gateway's own. Which fields a service has to show to pages only
     * the service knows: those that it exposes stay exposed.
     *
     * @param origin of the page; null: the request names none
     */
    static void set(HttpHeaders headers, Cors cors, @Nullable String origin) {
        List<String> exposed = headers.getAll(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS);
        for (int i = 0; i < OURS.size(); i++) {
            headers.remove(OURS.get(i));
        }
        boolean any = cors.allowsAny();
        if (!any && !headers.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN, true)) {
            headers.add(HttpHeaderNames.VARY, "Origin");
        }
        if (any || origin != null && cors.allows(origin)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, any || origin == null ? ANY : origin);
            headers.set(
                    HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                    exposed.isEmpty() ? EXPOSED : EXPOSED + ", " + String.join(", ", exposed));
        }
    }

    /** Adds what is said to a preflight only. */
    static void permit(HttpHeaders headers, Decision.Preflight allowed) {
        headers.add(HttpHeaderNames.VARY, PREFLIGHT_VARY);
        headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, allowed.methods());
        if (!allowed.fields().isEmpty()) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, allowed.fields());
        }
        headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_LIFE);
    }

    /** The answer to a preflight, before its fields are set. */
    static FullHttpResponse preflightAnswer() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
    }
}
