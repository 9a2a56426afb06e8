package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.obogateway.access.Quota;
import io.obogateway.route.RateLimit;

/** What a response says of the rate limit that its request was counted against (draft-ietf-httpapi-ratelimit-headers). */
final class RateLimitFields {
    static final AsciiString RATE_LIMIT = AsciiString.cached("ratelimit");
    static final AsciiString RATE_LIMIT_POLICY = AsciiString.cached("ratelimit-policy");

    private RateLimitFields() {}

    /** Sets both fields; those of the upstream, which count something else under the same name, go. */
    static void set(HttpHeaders headers, Quota quota) {
        RateLimit limit = quota.limit();
        headers.set(RATE_LIMIT_POLICY, "\"default\";q=" + limit.requests() + ";w=" + limit.perSeconds());
        headers.set(RATE_LIMIT, "\"default\";r=" + quota.remaining() + ";t=" + quota.resetSeconds());
    }
}
