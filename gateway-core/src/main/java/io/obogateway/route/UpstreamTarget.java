package io.obogateway.route;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestPath;

/**
 * How a route makes the request target for its upstream from the one it received. Nothing is decoded or normalised on
 * the way.
 *
 * @param base the path of the upstream's URL, without a slash at its end; often empty
 * @param stripped how many of the first segments are not sent on
 */
public record UpstreamTarget(String base, int stripped) {

    static UpstreamTarget of(Route route, PathPattern pattern) {
        return new UpstreamTarget(base(route.upstream()), route.stripPrefix() ? pattern.literalPrefix() : 0);
    }

    private static String base(Upstream upstream) {
        String path = upstream.url().getRawPath();
        int end = path == null ? 0 : path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? "" : path.substring(0, end);
    }

    /**
     * The target in origin-form, with its query; always begins with a slash.
     *
     * @throws GatewayException {@link ErrorCode#BAD_REQUEST} if stripping would leave a path that begins with two slashes,
     *     which some read as the name of a host (RFC 3986, 4.2)
     */
    public String of(RequestPath path) {
        String target = stripped == 0 ? path.target() : strip(path);
        return base.isEmpty() ? target : base.concat(target);
    }

    private String strip(RequestPath path) {
        String rest = path.targetWithout(stripped);
        if (rest.startsWith("//")) {
            throw new GatewayException(
                    ErrorCode.BAD_REQUEST,
                    "The path has an empty segment right behind the prefix that the route strips");
        }
        return rest;
    }
}
