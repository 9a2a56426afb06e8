package io.obogateway.config;

import io.obogateway.http.AddressBlock;
import io.obogateway.http.OutboundProxy;
import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.TokenProvider;
import io.obogateway.route.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, checked and resolved.
 *
 * @param threads event loops
 * @param outboundProxy for issuers and providers, and upstreams that ask for it; null: none
 * @param trustedCertificates files of PEM certificates that are trusted beside the JVM's, whoever is asked: issuers,
 *     providers, upstreams; each was readable when the configuration was
 * @param routes in the order of their names
 * @param warnings what is permitted, and most likely a mistake, in the order of files and lines
 */
public record GatewayConfig(
        int threads,
        Listen listen,
        Admin admin,
        Limits limits,
        Timeouts timeouts,
        Map<String, Issuer> issuers,
        Map<String, TokenProvider> providers,
        CacheLimits tokenCache,
        @Nullable OutboundProxy outboundProxy,
        List<Path> trustedCertificates,
        List<Route> routes,
        List<Problem> warnings) {

    /** Without an outbound proxy, trusting whom the JVM trusts, and nothing to warn of. */
    public GatewayConfig(
            int threads,
            Listen listen,
            Admin admin,
            Limits limits,
            Timeouts timeouts,
            Map<String, Issuer> issuers,
            Map<String, TokenProvider> providers,
            CacheLimits tokenCache,
            List<Route> routes) {
        this(
                threads,
                listen,
                admin,
                limits,
                timeouts,
                issuers,
                providers,
                tokenCache,
                null,
                List.of(),
                routes,
                List.of());
    }

    /**
     * Where clients connect. Port 0 takes a free one.
     *
     * @param tls null: plain text
     * @param http2 by ALPN on TLS, with prior knowledge in plain text
     * @param trustedProxies whose {@code X-Forwarded-*} and {@code Forwarded} are kept and extended
     */
    public record Listen(
            String host, int port, @Nullable ListenTls tls, boolean http2, List<AddressBlock> trustedProxies) {
        public Listen {
            trustedProxies = List.copyOf(trustedProxies);
        }

        /** In plain text, believing nobody. */
        public Listen(String host, int port) {
            this(host, port, null, true, List.of());
        }
    }

    /**
     * TLS towards clients; the files are read again when they change.
     *
     * @param certificateFile chain (PEM), the gateway's own first
     * @param privateKeyFile PEM, PKCS #8
     * @param clientCaFile PEM certificates that may have signed clients'; null exactly when none are asked for
     * @param clientAuth whether clients show certificates
     */
    public record ListenTls(
            Path certificateFile,
            Path privateKeyFile,
            @Nullable Path clientCaFile,
            ClientAuth clientAuth) {}

    /** Whether clients show certificates. */
    public enum ClientAuth {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** Where operators connect. Port 0 takes a free one. */
    public record Admin(String host, int port) {}

    /**
     * @param requestLineBytes 414 beyond
     * @param headerBytes 431 beyond
     * @param connections further ones wait in the backlog
     * @param inFlight requests; 503 beyond
     * @param replayBodyBytes a request's body up to this size is held until its response begins, to be sent again
     */
    public record Limits(int requestLineBytes, int headerBytes, int connections, int inFlight, int replayBodyBytes) {
        private static final int REPLAY_BODY = 64 * 1024;

        /** With the default for bodies that are held. */
        public Limits(int requestLineBytes, int headerBytes, int connections, int inFlight) {
            this(requestLineBytes, headerBytes, connections, inFlight, REPLAY_BODY);
        }
    }

    /**
     * Deadlines that belong to no single route.
     *
     * @param requestHeaders for a request's head, from its first byte: 408
     * @param idle of a keep-alive connection between requests
     * @param drain after SIGTERM
     */
    public record Timeouts(Duration requestHeaders, Duration idle, Duration drain) {}
}
