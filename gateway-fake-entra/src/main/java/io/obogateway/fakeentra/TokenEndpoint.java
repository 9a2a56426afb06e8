package io.obogateway.fakeentra;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The token endpoint without a script: what Entra does with on-behalf-of and client credentials requests. */
final class TokenEndpoint {
    private static final Duration LIFE = Duration.ofSeconds(3599);
    private static final String DEFAULT_SCOPE = "/.default";
    private static final List<String> IDENTITY = List.of("sub", "oid", "tid", "name", "preferred_username", "acrs");

    private final FakeEntra entra;
    private final ClientCredentials credentials;
    private final InstantSource clock;

    TokenEndpoint(FakeEntra entra, ClientCredentials credentials, InstantSource clock) {
        this.entra = entra;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The answer with what Entra puts into each error, and the correlation id that the client asked for. */
    Answer traced(Answer answer, TokenRequest request) {
        String asked = request.header("client-request-id");
        Answer traced = asked == null ? answer : answer.header("client-request-id", asked);
        if (answer.status() == 200 || !(answer.content() instanceof Answer.Members)) {
            return traced;
        }
        return traced.member(
                        "timestamp", JsonText.quote(clock.instant().toString().substring(0, 19) + "Z"))
                .member("trace_id", JsonText.quote(UUID.randomUUID().toString()))
                .member(
                        "correlation_id",
                        JsonText.quote(asked == null ? UUID.randomUUID().toString() : asked));
    }

    /** A token response (RFC 6749 section 5.1) or Entra's error. */
    Answer answer(TokenRequest request) {
        String type = request.header("content-type");
        if (type == null || !type.startsWith("application/x-www-form-urlencoded")) {
            return Answer.error(400, "invalid_request").code(900144);
        }
        String grant = request.parameter("grant_type");
        if (!request.isExchange() && !grant.equals("client_credentials")) {
            return grant.isEmpty()
                    ? Answer.error(400, "invalid_request").code(900144)
                    : Answer.error(400, "unsupported_grant_type").code(70003);
        }
        Answer refused = credentials.refusal(request, entra.tokenUrl(), clock.instant());
        if (refused != null) {
            return refused;
        }
        String scope = request.scope();
        if (scope.isEmpty()) {
            return Answer.error(400, "invalid_request").code(900144);
        }
        if (resource(scope) == null) {
            return Answer.error(400, "invalid_scope").code(70011);
        }
        return request.isExchange() ? exchange(request) : ownToken(scope);
    }

    private Answer exchange(TokenRequest request) {
        if (!request.parameter("requested_token_use").equals("on_behalf_of")) {
            return Answer.error(400, "invalid_request").code(900144);
        }
        Instant now = clock.instant();
        JWTClaimsSet claims = verified(request.parameter("assertion"));
        if (claims == null || isApplication(claims)) {
            return Answer.error(400, "invalid_grant").code(50013);
        }
        Date expiry = claims.getExpirationTime();
        if (expiry == null || !expiry.toInstant().isAfter(now)) {
            return Answer.error(400, "invalid_grant").code(500133);
        }
        String scope = request.scope();
        TokenBuilder token = entra.token(LIFE).audience(audience(scope)).scopes(permissions(scope));
        for (String claim : IDENTITY) {
            Object value = claims.getClaim(claim);
            if (value != null) {
                token.claim(claim, value);
            }
        }
        return granted(token, scope);
    }

    private Answer ownToken(String scope) {
        if (!scope.endsWith(DEFAULT_SCOPE)) {
            return Answer.error(400, "invalid_scope").code(1002012);
        }
        TokenBuilder token = entra.token(LIFE)
                .audience(audience(scope))
                .subject(entra.clientId())
                .oid(entra.clientId())
                .claim("idtyp", "app")
                .roles("access_as_application");
        return granted(token, scope);
    }

    private static Answer granted(TokenBuilder token, String scope) {
        String seconds = Long.toString(LIFE.toSeconds());
        Map<String, String> literals = new LinkedHashMap<>();
        literals.put("token_type", "\"Bearer\"");
        literals.put("scope", JsonText.quote(scope));
        literals.put("expires_in", seconds);
        literals.put("ext_expires_in", seconds);
        literals.put("access_token", JsonText.quote(token.issue()));
        return Answer.members(literals);
    }

    /** Null unless the assertion was signed by this provider for the gateway. */
    private @Nullable JWTClaimsSet verified(String assertion) {
        try {
            SignedJWT jwt = SignedJWT.parse(assertion);
            JWK key = entra.keys().find(jwt.getHeader().getKeyID());
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            boolean ours = claims.getAudience().contains(entra.clientId())
                    || claims.getAudience().contains("api://" + entra.clientId());
            return key != null && ours && ClientCredentials.verifies(jwt, key) ? claims : null;
        } catch (ParseException e) {
            return null;
        }
    }

    private static boolean isApplication(JWTClaimsSet claims) {
        Object subject = claims.getClaim("sub");
        return "app".equals(claims.getClaim("idtyp"))
                || (claims.getClaim("scp") == null && subject != null && subject.equals(claims.getClaim("oid")));
    }

    /** The one resource that all scopes are of, else null. */
    private static @Nullable String resource(String scope) {
        String resource = null;
        for (String one : scope.split(" ", -1)) {
            int slash = one.lastIndexOf('/');
            String found = slash < 1 ? "" : one.substring(0, slash);
            if (found.isEmpty() || (resource != null && !resource.equals(found))) {
                return null;
            }
            resource = found;
        }
        return resource;
    }

    private static String audience(String scope) {
        String resource = resource(scope);
        return resource == null ? scope : resource;
    }

    private static String permissions(String scope) {
        if (scope.endsWith(DEFAULT_SCOPE)) {
            return "defaultaccess";
        }
        StringBuilder names = new StringBuilder();
        for (String one : scope.split(" ", -1)) {
            names.append(names.isEmpty() ? "" : " ").append(one.substring(one.lastIndexOf('/') + 1));
        }
        return names.toString();
    }
}
