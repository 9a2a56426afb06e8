package io.obogateway.jwt;

import io.obogateway.jwt.VerifiedToken.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims we look at (RFC 7519, 4.1; RFC 9068, 2.2; Entra's access token claims), well-typed but not yet believed.
 *
 * @param expiry {@code exp} as it stands there; the dates are checked one by one
 * @param notBefore {@code nbf}
 * @param issuedAt {@code iat}
 * @param client {@code azp}, or Entra v1.0's {@code appid}
 * @param scopes {@code scp}, else {@code scope}
 * @param groupsOverage there are more groups than fit into the token
 * @param accessToken nothing in it says that it is an ID, refresh or logout token
 */
record TokenClaims(
        @Nullable String issuer,
        Set<String> audiences,
        @Nullable Object expiry,
        @Nullable Object notBefore,
        @Nullable Object issuedAt,
        @Nullable String subject,
        @Nullable String objectId,
        @Nullable String tenant,
        @Nullable String client,
        @Nullable String version,
        Kind kind,
        Set<String> scopes,
        Set<String> roles,
        Set<String> groups,
        boolean groupsOverage,
        Set<String> clientCapabilities,
        boolean accessToken) {

    private static final Set<String> OTHER_TYPES = Set.of("id", "refresh", "offline", "logout");

    static TokenClaims of(Map<String, @Nullable Object> payload, CheckTrail trail) {
        ClaimReader reader = new ClaimReader(payload);
        TokenClaims claims = read(reader, payload);
        trail.require(Check.CLAIM_TYPES, !reader.mistyped());
        trail.require(Check.CLAIM_SIZES, !reader.oversized());
        return claims;
    }

    private static TokenClaims read(ClaimReader reader, Map<String, @Nullable Object> payload) {
        String version = reader.text("ver");
        String azp = reader.text("azp");
        String appid = reader.text("appid");
        Set<String> scp = reader.words("scp");
        Set<String> roles = reader.texts("roles");
        String subject = reader.text("sub");
        String objectId = reader.text("oid");
        return new TokenClaims(
                reader.text("iss"),
                reader.texts("aud"),
                payload.get("exp"),
                payload.get("nbf"),
                payload.get("iat"),
                subject,
                objectId,
                reader.text("tid"),
                client(version, azp, appid),
                version,
                kind(reader.text("idtyp"), scp, roles, subject, objectId),
                payload.containsKey("scp") ? scp : reader.words("scope"),
                roles,
                reader.texts("groups"),
                groupsOverage(payload),
                reader.lowerCaseTexts("xms_cc"),
                accessToken(reader, payload));
    }

    private static @Nullable String client(@Nullable String version, @Nullable String azp, @Nullable String appid) {
        boolean appidFirst = "1.0".equals(version) && appid != null;
        return appidFirst || azp == null ? appid : azp;
    }

    /** {@code idtyp} says it; without it, who has no delegated scope and has roles or is its own object is a machine. */
    private static Kind kind(
            @Nullable String idtyp,
            Set<String> scp,
            Set<String> roles,
            @Nullable String subject,
            @Nullable String objectId) {
        boolean application = idtyp != null
                ? idtyp.equals("app")
                : scp.isEmpty() && (!roles.isEmpty() || (objectId != null && objectId.equals(subject)));
        return application ? Kind.APPLICATION : Kind.EMPLOYEE;
    }

    private static boolean groupsOverage(Map<String, @Nullable Object> payload) {
        return (payload.get("_claim_names") instanceof Map<?, ?> names && names.containsKey("groups"))
                || Boolean.TRUE.equals(payload.get("hasgroups"));
    }

    /**
     * Keycloak marks its tokens by {@code typ}, Cognito by {@code token_use}; a hash of another token is only ever in an
     * ID token (OpenID Connect Core, 3.1.3.6), {@code events} in a logout token.
     */
    private static boolean accessToken(ClaimReader reader, Map<String, @Nullable Object> payload) {
        return !OTHER_TYPES.contains(reader.lowerCaseText("typ"))
                && !OTHER_TYPES.contains(reader.lowerCaseText("token_use"))
                && !payload.containsKey("at_hash")
                && !payload.containsKey("c_hash")
                && !payload.containsKey("events");
    }

    /** The claims are a user's. */
    @Override
    public String toString() {
        return "TokenClaims[***]";
    }
}
