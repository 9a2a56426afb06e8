package io.obogateway.oauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How the gateway proves to a token endpoint that it is the client it says (RFC 6749, 2.3; RFC 7523, 2.2). */
public sealed interface ClientAuthentication
        permits ClientSecretPost, ClientSecretBasic, PrivateKeyJwt, FileCredential {

    /**
     * Adds what the method needs to a request under construction.
     *
     * @param form name to value, not yet encoded
     * @param headers names in lower case
     */
    void apply(String clientId, URI tokenUrl, Map<String, String> form, Map<String, String> headers, Clock clock);

    /** Its name in the register of RFC 7591, such as {@code client_secret_post}. */
    String method();

    /** The credential as it was last seen: itself, unless it is kept in files. */
    default ClientAuthentication current() {
        return this;
    }

    /**
     * Sees to it that what follows uses the credential as it is now. Never waits for a file.
     *
     * @param maxAge how long ago its files may have been looked at
     * @return {@link #current}, with which it completes on any thread within about a second, and never fails
     */
    default CompletableFuture<ClientAuthentication> refreshed(Clock clock, Duration maxAge) {
        return CompletableFuture.completedFuture(this);
    }

    /** What an operator has to put right about it, as the end of a sentence; null: nothing. */
    default @Nullable String warning() {
        return null;
    }
}
