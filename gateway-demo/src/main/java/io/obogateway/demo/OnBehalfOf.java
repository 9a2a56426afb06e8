package io.obogateway.demo;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import no.nav.security.mock.oauth2.OAuth2Exception;
import no.nav.security.mock.oauth2.token.OAuth2TokenCallback;

/**
 * What mock-oauth2-server leaves open about an exchanged token: it keeps the assertion's claims; this says whom the
 * token is for and to whom it is issued, and refuses a request that Entra ID would refuse for its form or its client.
 */
final class OnBehalfOf implements OAuth2TokenCallback {
    private static final String DEFAULT_SCOPE = "/.default";
    private static final long LIFE_SECONDS = 3600;

    private final String issuerId;
    private final Registration gateway;
    private final Consumer<String> exchanges;

    /**
     * @param exchanges told of every exchange, in words without secrets
     */
    OnBehalfOf(String issuerId, Registration gateway, Consumer<String> exchanges) {
        this.issuerId = issuerId;
        this.gateway = gateway;
        this.exchanges = exchanges;
    }

    @Override
    public String issuerId() {
        return issuerId;
    }

    /** Asked for with other grants only: an exchanged token has the assertion's subject. */
    @Override
    public String subject(TokenRequest request) {
        return gateway.clientId();
    }

    @Override
    public String typeHeader(TokenRequest request) {
        return "JWT";
    }

    /** The resource that the scope names: {@code api://x/.default} is for {@code api://x}. */
    @Override
    public List<String> audience(TokenRequest request) {
        if (request.getAuthorizationGrant() instanceof JWTBearerGrant grant) {
            requireOnBehalfOf(request);
            exchanges.accept("requested_token_use=on_behalf_of scope=" + scope(request) + " client_id="
                    + gateway.clientId() + " assertion="
                    + Fingerprint.of(grant.getJWTAssertion().serialize()));
        }
        String scope = scope(request);
        return List.of(
                scope.endsWith(DEFAULT_SCOPE) ? scope.substring(0, scope.length() - DEFAULT_SCOPE.length()) : scope);
    }

    @Override
    public Map<String, Object> addClaims(TokenRequest request) {
        return Map.of("azp", gateway.clientId(), "scp", "defaultaccess");
    }

    @Override
    public long tokenExpiry() {
        return LIFE_SECONDS;
    }

    private void requireOnBehalfOf(TokenRequest request) {
        List<String> use = request.getCustomParameter("requested_token_use");
        if (use == null || !use.equals(List.of("on_behalf_of"))) {
            throw refusal(OAuth2Error.INVALID_REQUEST, "requested_token_use must be on_behalf_of");
        }
        boolean authenticated = request.getClientAuthentication() instanceof PlainClientSecret client
                && client.getClientID().getValue().equals(gateway.clientId())
                && client.getClientSecret().getValue().equals(gateway.clientSecret());
        if (!authenticated) {
            throw refusal(OAuth2Error.INVALID_CLIENT, "client_id and client_secret must be the gateway's");
        }
    }

    private static OAuth2Exception refusal(ErrorObject error, String description) {
        return new OAuth2Exception(error.setDescription(description), description);
    }

    private static String scope(TokenRequest request) {
        return request.getScope() == null ? "" : request.getScope().toString();
    }
}
