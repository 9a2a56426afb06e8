package io.obogateway.oauth;

import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** How the gateway proves to a token endpoint that it is the client it says (RFC 6749, 2.3; RFC 7523, 2.2). */
public sealed interface ClientAuthentication permits ClientSecretPost, ClientSecretBasic, PrivateKeyJwt {

    /**
     * Adds what the method needs to a request under construction.
     *
     * @param form name to value, not yet encoded
     * @param headers names in lower case
     */
    void apply(String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock);
}
