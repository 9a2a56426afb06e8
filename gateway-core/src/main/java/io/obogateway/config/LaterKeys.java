package io.obogateway.config;

import java.util.Set;

/** The keys of the configuration's plan that this version does not have: using one is no typing error. Shrinks over time. */
final class LaterKeys {
    private static final Set<String> KEYS = Set.of(
            "gateway.listen.tls",
            "gateway.listen.http2",
            "gateway.listen.trusted-proxies",
            "gateway.limits.replay-body",
            "gateway.outbound-proxy",
            "gateway.trust",
            "gateway.token-cache.shared",
            "gateway.providers.*.private-key-jwk",
            "gateway.providers.*.private-key-jwk-file",
            "gateway.providers.*.next-private-key-jwk",
            "gateway.providers.*.certificate-file",
            "gateway.providers.*.private-key-file",
            "gateway.providers.*.client-authentication",
            "gateway.providers.*.assertion-audience",
            "gateway.providers.*.circuit-breaker",
            "gateway.providers.*.exchange-url",
            "gateway.providers.*.identity-provider",
            "gateway.providers.*.subject-token-type",
            "gateway.routes.*.audience",
            "gateway.routes.*.retries",
            "gateway.routes.*.cors",
            "gateway.routes.*.rate-limit",
            "gateway.routes.*.examples");

    /** Types of providers that this version does not have. */
    static final Set<String> PROVIDER_TYPES = Set.of("texas", "token-exchange");

    private LaterKeys() {}

    /**
     * @param path with {@code *} for the names of issuers, providers and routes
     */
    static boolean contains(String path) {
        return KEYS.contains(path);
    }
}
