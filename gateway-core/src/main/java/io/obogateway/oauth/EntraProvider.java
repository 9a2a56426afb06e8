package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stand-in for the provider that is written elsewhere; only its shape counts. */
public record EntraProvider(
        String name, URI tokenUrl, String clientId, List<ClientAuthentication> credentials, ProviderLimits limits)
        implements TokenProvider {
    @Override
    public Set<Grant> grants() {
        return Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS);
    }

    @Override
    public Backchannel.Call request(
            ExchangeTarget target, @Nullable String subjectToken, @Nullable String claims, Clock clock) {
        throw new UnsupportedOperationException();
    }
}
