package io.obogateway.config;

import java.util.Set;

/** The keys of the configuration's plan that this version does not have: using one is no typing error. Shrinks over time. */
final class LaterKeys {
    private static final Set<String> KEYS = Set.of(
            "gateway.listen.tls",
            "gateway.listen.http2",
            "gateway.listen.trusted-proxies",
            "gateway.token-cache.shared",
            "gateway.routes.*.upstream.balance",
            "gateway.routes.*.upstream.protocol",
            "gateway.routes.*.upstream.tls",
            "gateway.routes.*.upstream.health",
            "gateway.routes.*.upstream.max-connections",
            "gateway.routes.*.retries",
            "gateway.routes.*.cors",
            "gateway.routes.*.rate-limit",
            "gateway.routes.*.examples");

    private LaterKeys() {}

    /**
     * @param path with {@code *} for the names of issuers, providers and routes
     */
    static boolean contains(String path) {
        return KEYS.contains(path);
    }
}
