package io.obogateway.jwt;

import io.obogateway.http.Json;
import io.obogateway.http.Json.InvalidJsonException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer's keys are and what it calls itself: as configured, else as its discovery document says.
 *
 * @param authorizationEndpoint where users are sent, if the discovery document says
 */
record IssuerMetadata(
        IssuerPattern issuer, URI jwksUrl, @Nullable String authorizationEndpoint) {

    /** What the configuration says on its own; null when it leaves the name or the key set's place to discovery. */
    static @Nullable IssuerMetadata configured(Issuer issuer) {
        return issuer.issuer() == null || issuer.jwksUrl() == null
                ? null
                : new IssuerMetadata(IssuerPattern.of(issuer.issuer()), issuer.jwksUrl(), null);
    }

    /**
     * Reads a discovery document (OpenID Connect Discovery 1.0, 3; RFC 8414, 2). What is configured wins over it.
     *
     * @throws KeyLoadException when something that is needed is missing or not acceptable
     */
    static IssuerMetadata discovered(Issuer issuer, URI discoveryUrl, String document) throws KeyLoadException {
        Map<String, @Nullable Object> members;
        try {
            members = Json.object(document);
        } catch (InvalidJsonException e) {
            throw new KeyLoadException("the discovery document is " + e.getMessage());
        }
        String name = issuer.issuer() != null ? issuer.issuer() : text(members, "issuer");
        URI jwksUrl =
                issuer.jwksUrl() != null ? issuer.jwksUrl() : keysAddress(text(members, "jwks_uri"), discoveryUrl);
        IssuerPattern pattern = IssuerPattern.of(name);
        if (pattern.template() && issuer.tenants().isEmpty()) {
            throw new KeyLoadException(
                    "the discovery document's issuer is for many tenants: list those to accept in \"tenants\"");
        }
        Object endpoint = members.get("authorization_endpoint");
        return new IssuerMetadata(pattern, jwksUrl, endpoint instanceof String text ? text : null);
    }

    private static String text(Map<String, @Nullable Object> members, String name) throws KeyLoadException {
        if (members.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new KeyLoadException("the discovery document has no \"" + name + "\"");
    }

    /** Keys are not fetched with less protection than the document that names their place. */
    private static URI keysAddress(String text, URI discoveryUrl) throws KeyLoadException {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean http = scheme.equals("http") && "http".equalsIgnoreCase(discoveryUrl.getScheme());
            if (uri.getHost() != null && (scheme.equals("https") || http)) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below, together with what is well-formed but not acceptable
        }
        throw new KeyLoadException("the discovery document's jwks_uri is not an https address");
    }
}
