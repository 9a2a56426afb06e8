package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Microsoft Entra ID: on-behalf-of (RFC 7523 with {@code requested_token_use}) and client credentials (RFC 6749, 4.4). The
 * forms are those of the platform's how-to guides, parameter for parameter.
 *
 * @param tokenUrl of one tenant, {@code https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token}
 * @param credentials the current one, then the next one
 * @param clientCapabilities what the gateway declares itself able to do ({@code xms_cc}): {@link #CP1}, or nothing
 */
public record EntraProvider(
        String name,
        URI tokenUrl,
        String clientId,
        List<ClientAuthentication> credentials,
        Set<String> clientCapabilities,
        ProviderLimits limits)
        implements TokenProvider {
    /** The client capability of meeting claims challenges (continuous access evaluation). */
    public static final String CP1 = "cp1";

    private static final Set<Grant> GRANTS = Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS);

    public EntraProvider {
        credentials = List.copyOf(credentials);
        clientCapabilities = Set.copyOf(clientCapabilities);
        if (credentials.isEmpty()) {
            throw new IllegalArgumentException("a provider needs a client credential");
        }
    }

    /** Without client capabilities. */
    public EntraProvider(
            String name, URI tokenUrl, String clientId, List<ClientAuthentication> credentials, ProviderLimits limits) {
        this(name, tokenUrl, clientId, credentials, Set.of(), limits);
    }

    @Override
    public Set<Grant> grants() {
        return GRANTS;
    }

    @Override
    public List<String> identity() {
        return List.of(
                "entra", name, tokenUrl.toString(), clientId, String.join(" ", new TreeSet<>(clientCapabilities)));
    }

    @Override
    public @Nullable TokenProvider withNextCredential() {
        return credentials.size() < 2
                ? null
                : new EntraProvider(
                        name,
                        tokenUrl,
                        clientId,
                        credentials.subList(1, credentials.size()),
                        clientCapabilities,
                        limits);
    }

    @Override
    public Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock) {
        TokenRequest request = new TokenRequest()
                .header("client-request-id", UUID.randomUUID().toString())
                .header("return-client-request-id", "true")
                .with("assertion", subjectToken)
                .with("client_id", clientId)
                .authenticatedBy(credentials.get(0), clientId, tokenUrl, clock);
        if (target.grant() == Grant.ON_BEHALF_OF) {
            request.with("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
                    .with("requested_token_use", "on_behalf_of");
        } else {
            request.with("grant_type", "client_credentials");
        }
        return request.with("scope", target.scope())
                .with("claims", ClaimsParameter.withCapabilities(claims, clientCapabilities))
                .to(tokenUrl, limits.timeout());
    }
}
