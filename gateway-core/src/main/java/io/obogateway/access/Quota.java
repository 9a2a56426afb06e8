package io.obogateway.access;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.route.RateLimit;
import java.time.Duration;

/**
 * What a caller may still send to a route after this request.
 *
 * @param limit the route's
 * @param exceeded this request was one too many
 * @param remaining further requests that would be taken at once
 * @param resetSeconds until the caller has the whole quota again; if exceeded, until one request is taken
 */
public record Quota(RateLimit limit, boolean exceeded, long remaining, long resetSeconds) {
    private static final String REMEDY =
            "Send fewer requests; Retry-After says when the next one is taken, and RateLimit how many are left.";

    /**
     * @throws GatewayException {@link ErrorCode#RATE_LIMITED} if it is exceeded
     */
    void check() {
        if (exceeded) {
            throw new GatewayException(Refusal.of(ErrorCode.RATE_LIMITED, detail())
                    .withRemedy(REMEDY)
                    .withRetryAfter(Duration.ofSeconds(resetSeconds)));
        }
    }

    private String detail() {
        String caller = switch (limit.key()) {
            case EMPLOYEE -> "whoever the token speaks for";
            case CLIENT -> "the application that calls";
            case ADDRESS -> "the address the request comes from";
        };
        return "The route takes " + limit.requests() + " requests in " + limit.perSeconds() + " s from " + caller
                + ", and they are used up";
    }
}
