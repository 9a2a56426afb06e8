package io.obogateway.jwt;

import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an issuer's tokens must claim: a plain function of claims, issuer and time (RFC 7519, 4.1; RFC 8725, 3). */
final class ClaimChecks {
    /** The last second of the year 9999. */
    private static final long MAX_DATE = 253_402_300_799L;

    private ClaimChecks() {}

    /** All that can be said before the signature is known to be right. */
    static void check(Jwt token, Issuer issuer, IssuerPattern pattern, long nowMillis, CheckTrail trail) {
        TokenClaims claims = token.claims();
        trail.require(
                Check.ALGORITHM,
                issuer.algorithms().contains(token.header().algorithm().joseName()));
        dates(claims, issuer.clockSkew().toMillis(), nowMillis, trail);
        trail.require(Check.AUDIENCE, !Collections.disjoint(claims.audiences(), issuer.audiences()));
        boolean anyTenant = issuer.tenants().isEmpty() && !pattern.template();
        trail.require(Check.TENANT, anyTenant || in(issuer.tenants(), claims.tenant()));
        trail.require(Check.VERSION, issuer.tokenVersions().isEmpty() || in(issuer.tokenVersions(), claims.version()));
        trail.require(Check.TOKEN_USE, claims.accessToken());
    }

    /** Who may call, to be said to a genuine token only. */
    static void checkClient(TokenClaims claims, Issuer issuer, CheckTrail trail) {
        trail.require(Check.CLIENT, issuer.clients().isEmpty() || in(issuer.clients(), claims.client()));
    }

    private static void dates(TokenClaims claims, long skewMillis, long nowMillis, CheckTrail trail) {
        trail.require(Check.EXPIRY_PRESENT, claims.expiry() != null);
        trail.require(Check.DATES, date(claims.expiry()) && date(claims.notBefore()) && date(claims.issuedAt()));
        trail.require(Check.EXPIRY, nowMillis - skewMillis < millis(claims.expiry()));
        trail.require(Check.NOT_BEFORE, nowMillis + skewMillis >= millis(claims.notBefore()));
        trail.require(Check.ISSUED_AT, nowMillis + skewMillis >= millis(claims.issuedAt()));
    }

    private static boolean date(@Nullable Object value) {
        return value == null || (value instanceof Long seconds && seconds >= 0 && seconds <= MAX_DATE);
    }

    static long millis(@Nullable Object date) {
        return date instanceof Long seconds ? seconds * 1000 : 0;
    }

    private static boolean in(Set<String> allowed, @Nullable String value) {
        return value != null && allowed.contains(value);
    }
}
