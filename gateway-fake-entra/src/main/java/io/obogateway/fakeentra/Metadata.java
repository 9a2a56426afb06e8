package io.obogateway.fakeentra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses of one tenant and its discovery document, in the v2.0 shape that Entra publishes. */
final class Metadata {
    private final String base;
    private final String tenant;

    /**
     * @param tenant a tenant's id, or {@code common}
     */
    Metadata(String base, String tenant) {
        this.base = base;
        this.tenant = tenant;
    }

    /** The issuer; of {@code common} the template with {@code {tenantid}}. */
    String issuer() {
        return base + "/" + (tenant.equals("common") ? "{tenantid}" : tenant) + "/v2.0";
    }

    String discoveryUrl() {
        return base + "/" + tenant + "/v2.0/.well-known/openid-configuration";
    }

    String jwksUrl() {
        return base + "/" + tenant + "/discovery/v2.0/keys";
    }

    String tokenUrl() {
        return base + "/" + tenant + "/oauth2/v2.0/token";
    }

    String authorizationUrl() {
        return base + "/" + tenant + "/oauth2/v2.0/authorize";
    }

    String document() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token_endpoint", tokenUrl());
        members.put(
                "token_endpoint_auth_methods_supported",
                List.of("client_secret_post", "private_key_jwt", "client_secret_basic"));
        members.put("jwks_uri", jwksUrl());
        members.put("response_modes_supported", List.of("query", "fragment", "form_post"));
        members.put("subject_types_supported", List.of("pairwise"));
        members.put("id_token_signing_alg_values_supported", List.of("RS256"));
        members.put("response_types_supported", List.of("code", "id_token", "code id_token", "id_token token"));
        members.put("scopes_supported", List.of("openid", "profile", "email", "offline_access"));
        members.put("issuer", issuer());
        members.put("authorization_endpoint", authorizationUrl());
        members.put("claims_supported", List.of("sub", "iss", "aud", "exp", "iat", "tid", "ver", "name"));
        return JsonText.of(members);
    }
}
