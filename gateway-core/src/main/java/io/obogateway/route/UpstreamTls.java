package io.obogateway.route;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is particular about TLS to one upstream. Certificates are always verified, and so is the name.
 *
 * @param caFile PEM certificates trusted instead of those that all others are judged by; null: those
 * @param certificateFile the gateway's own certificate chain (PEM); null: none is shown
 * @param privateKeyFile its key (PEM, PKCS #8); null exactly when there is no certificate
 * @param serverName asked for (SNI, RFC 6066, 3) and verified instead of the address' host; null: the host
 */
public record UpstreamTls(
        @Nullable Path caFile,
        @Nullable Path certificateFile,
        @Nullable Path privateKeyFile,
        @Nullable String serverName) {}
