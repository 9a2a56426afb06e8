package io.obogateway.config;

import java.util.Set;

/** The keys of the configuration's plan that this version does not have: using one is no typing error. Shrinks over time. */
final class LaterKeys {
    private static final Set<String> KEYS = Set.of("gateway.token-cache.shared", "gateway.routes.*.examples");

    private LaterKeys() {}

    /**
     * @param path with {@code *} for the names of issuers, providers and routes
     */
    static boolean contains(String path) {
        return KEYS.contains(path);
    }
}
