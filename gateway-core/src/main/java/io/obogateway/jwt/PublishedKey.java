package io.obogateway.jwt;

import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * A key that an issuer publishes for its signatures (RFC 7517).
 *
 * @param id {@code kid}; null if it has none
 * @param algorithm {@code alg}, the only algorithm it is for; null: any that fits the key
 * @param issuer Entra's {@code issuer} member: whose tokens it may sign; may hold <code>{tenantid}</code>
 */
record PublishedKey(
        @Nullable String id,
        PublicKey key,
        @Nullable SignatureAlgorithm algorithm,
        @Nullable IssuerPattern issuer) {

    boolean fits(SignatureAlgorithm used) {
        return (algorithm == null || algorithm == used) && used.fits(key);
    }
}
