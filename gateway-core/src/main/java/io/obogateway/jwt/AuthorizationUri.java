package io.obogateway.jwt;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a client sends its user to satisfy a claims challenge: configured, else discovered, else Entra's own form. */
final class AuthorizationUri {
    private static final String TENANT = "{tenantid}";
    private static final String ENTRA_PATH = "/oauth2/v2.0/authorize";

    private AuthorizationUri() {}

    static @Nullable String of(Issuer issuer, @Nullable IssuerMetadata metadata, @Nullable String tenant) {
        URI configured = issuer.authorizationUrl();
        if (configured != null) {
            return configured.toString();
        }
        if (metadata == null) {
            return null;
        }
        String endpoint = metadata.authorizationEndpoint();
        return endpoint != null
                ? filled(endpoint, tenant)
                : entra(filled(metadata.issuer().toString(), tenant));
    }

    private static @Nullable String filled(String text, @Nullable String tenant) {
        if (!text.contains(TENANT)) {
            return text;
        }
        return tenant == null ? null : text.replace(TENANT, tenant);
    }

    private static @Nullable String entra(@Nullable String issuer) {
        if (issuer == null) {
            return null;
        }
        if (issuer.startsWith("https://sts.windows.net/") && issuer.endsWith("/")) {
            String tenant = issuer.substring("https://sts.windows.net/".length(), issuer.length() - 1);
            return "https://login.microsoftonline.com/" + tenant + ENTRA_PATH;
        }
        if (issuer.startsWith("https://login.microsoftonline.") && issuer.endsWith("/v2.0")) {
            return issuer.substring(0, issuer.length() - "/v2.0".length()) + ENTRA_PATH;
        }
        return null;
    }
}
