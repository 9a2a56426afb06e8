package io.obogateway.jwt;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inbound token whose signature and claims were checked, and the claims that later steps need. Immutable; shared
 * between threads and requests.
 *
 * @param value the token as received, for the exchange and for {@code pass-through}
 * @param issuer the issuer that vouches for it
 * @param kind whom it speaks for
 * @param client the app the caller used ({@code azp}, v1.0: {@code appid}); null if the issuer does not say
 * @param tenant {@code tid}
 * @param objectId {@code oid}
 * @param scopes {@code scp}, else {@code scope}, split at spaces
 * @param groupsOverage the token says that there are groups, but not which ({@code _claim_names})
 * @param clientCapabilities {@code xms_cc}, in lower case
 * @param keyId the {@code kid} of the key that verified it; null if the key has none
 * @param expiresAt {@code exp}, without any clock skew added
 */
public record VerifiedToken(
        String value,
        TokenDigest digest,
        Issuer issuer,
        Kind kind,
        @Nullable String subject,
        @Nullable String objectId,
        @Nullable String tenant,
        @Nullable String client,
        Set<String> scopes,
        Set<String> roles,
        Set<String> groups,
        boolean groupsOverage,
        Set<String> clientCapabilities,
        @Nullable String keyId,
        Instant expiresAt) {

    /** Whom a token speaks for. */
    public enum Kind {
        EMPLOYEE,
        APPLICATION
    }

    /** Neither the token nor the user's identity is printed. */
    @Override
    public String toString() {
        return "VerifiedToken[issuer=" + issuer.name() + ", kind=" + kind + ", client=" + client + ", value=***]";
    }
}
