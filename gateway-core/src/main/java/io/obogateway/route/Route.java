package io.obogateway.route;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One route as declared, with every default filled in and every name resolved.
 *
 * @param path the pattern as declared, such as {@code /people/**}
 * @param hosts lower case, exact or beginning with {@code *.}; empty: any
 * @param methods empty: any
 * @param grants one of the four, or on-behalf-of and client-credentials together
 * @param targets what to acquire, one per grant that acquires a token
 * @param issuers who may have signed the inbound token; empty only for {@code anonymous}
 * @param stripPrefix the literal segments at the pattern's beginning are not sent on
 * @param preserveHost the client's {@code Host} goes on instead of the upstream's
 * @param maxBodyBytes {@link Long#MAX_VALUE}: unlimited
 * @param retries further tries of a request that can be sent again and of whose response nothing was passed on
 * @param cors null: pages of other origins may not call it
 * @param rateLimit null: none
 * @param endsWithToken a WebSocket or an event stream ends when the token expires that it was opened with
 */
public record Route(
        String name,
        String path,
        Set<String> hosts,
        Set<String> methods,
        Upstream upstream,
        Set<Grant> grants,
        Map<Grant, ExchangeTarget> targets,
        List<Issuer> issuers,
        Requirements requirements,
        boolean stripPrefix,
        boolean preserveHost,
        RouteTimeouts timeouts,
        long maxBodyBytes,
        int retries,
        @Nullable Cors cors,
        @Nullable RateLimit rateLimit,
        boolean endsWithToken) {
    private static final int RETRIES = 1;

    public Route {
        hosts = Set.copyOf(hosts);
        methods = Set.copyOf(methods);
        grants = Set.copyOf(grants);
        targets = Map.copyOf(targets);
        issuers = List.copyOf(issuers);
    }

    /** With the defaults for what a route need not say. */
    public Route(
            String name,
            String path,
            Set<String> hosts,
            Set<String> methods,
            Upstream upstream,
            Set<Grant> grants,
            Map<Grant, ExchangeTarget> targets,
            List<Issuer> issuers,
            Requirements requirements,
            boolean stripPrefix,
            boolean preserveHost,
            RouteTimeouts timeouts,
            long maxBodyBytes) {
        this(
                name,
                path,
                hosts,
                methods,
                upstream,
                grants,
                targets,
                issuers,
                requirements,
                stripPrefix,
                preserveHost,
                timeouts,
                maxBodyBytes,
                RETRIES,
                null,
                null,
                true);
    }
}
