package io.obogateway.oauth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An outbound token.
 *
 * @param authorization the whole field value, {@code Bearer …}, built once because it is sent often
 * @param expiresAt when the provider says it ends; never later than the subject token's end
 * @param refreshAt when the provider asks to renew it ({@code refresh_in}); null if it does not say
 */
public record AccessToken(
        String authorization, Instant expiresAt, @Nullable Instant refreshAt) {
    @Override
    public String toString() {
        return "AccessToken[***, expiresAt=" + expiresAt + "]";
    }
}
