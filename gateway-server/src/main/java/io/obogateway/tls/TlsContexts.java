package io.obogateway.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.obogateway.config.GatewayConfig.ListenTls;
import io.obogateway.route.UpstreamTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS contexts of a gateway, towards clients and upstreams, and the thread that looks after their files. Safe for all
 * threads.
 */
public final class TlsContexts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SESSION_TIMEOUT = Duration.ofHours(6);
    private static final int SESSION_CACHE_SIZE = 4096;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** Towards clients: forward secrecy and authenticated encryption only (RFC 9325, 4.2). */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final TlsProvider provider;
    private volatile List<Path> trustedCertificates;
    private final List<FollowedContext> followed = new CopyOnWriteArrayList<>();
    private final Map<UpstreamKey, FollowedContext> upstreams = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService checks;

    /** What makes two upstreams' contexts the same: everything but the name, which each connection verifies. */
    private record UpstreamKey(
            @Nullable Path caFile,
            @Nullable Path certificateFile,
            @Nullable Path privateKeyFile,
            List<String> protocols) {}

    /**
     * Reads nothing yet.
     *
     * @param trustedCertificates files of PEM certificates trusted beside the JVM's
     */
    public TlsContexts(TlsProvider provider, List<Path> trustedCertificates) {
        this.provider = provider;
        this.trustedCertificates = List.copyOf(trustedCertificates);
    }

    /** Whose TLS this is. */
    public TlsProvider provider() {
        return provider;
    }

    /**
     * Towards clients. Blocks.
     *
     * @param protocols that are offered by ALPN (RFC 7301), the preferred one first
     * @throws IOException when the files cannot be used; the message names the file
     */
    public FollowedContext towardsClients(ListenTls tls, List<String> protocols) throws IOException {
        List<Path> files = present(tls.certificateFile(), tls.privateKeyFile(), tls.clientCaFile());
        return follow(new FollowedContext("TLS towards clients", files, read -> server(tls, protocols, read)));
    }

    private SslContext server(ListenTls tls, List<String> protocols, PemFiles files) throws IOException {
        Identity own = Identity.of(files, tls.certificateFile(), tls.privateKeyFile());
        if (own.isValidNow()) {
            LOG.info("TLS towards clients: {}", own.description());
        } else {
            LOG.warn("TLS towards clients: {}; they will refuse it", own.description());
        }
        SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chainArray())
                .sslProvider(provider.nettyFor(own))
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(alpn(protocols))
                .sessionCacheSize(SESSION_CACHE_SIZE)
                .sessionTimeout(SESSION_TIMEOUT.toSeconds())
                .clientAuth(
                        switch (tls.clientAuth()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        });
        Path clientCa = tls.clientCaFile();
        if (clientCa != null) {
            builder.trustManager(files.certificates(clientCa).toArray(X509Certificate[]::new));
        }
        return builder.build();
    }

    /**
     * Towards upstreams, issuers and providers. Blocks when it is asked for the first time.
     *
     * @param tls what is particular; null: nothing
     * @param protocols that are offered by ALPN
     * @throws IOException when the files cannot be used; the message names the file
     */
    public FollowedContext towardsUpstream(@Nullable UpstreamTls tls, List<String> protocols) throws IOException {
        UpstreamKey key = tls == null
                ? new UpstreamKey(null, null, null, protocols)
                : new UpstreamKey(tls.caFile(), tls.certificateFile(), tls.privateKeyFile(), protocols);
        FollowedContext known = upstreams.get(key);
        return known != null ? known : open(key);
    }

    private synchronized FollowedContext open(UpstreamKey key) throws IOException {
        FollowedContext known = upstreams.get(key);
        if (known == null) {
            List<Path> trusted = trustedCertificates;
            known = follow(new FollowedContext(
                    "TLS towards upstreams", files(key, trusted), read -> client(key, trusted, read)));
            upstreams.put(key, known);
        }
        return known;
    }

    /**
     * Trusts others than before beside the JVM's, from the next connection on. Blocks.
     *
     * @param files of PEM certificates
     */
    public synchronized void trust(List<Path> files) {
        if (files.equals(trustedCertificates)) {
            return;
        }
        List<Path> trusted = List.copyOf(files);
        trustedCertificates = trusted;
        upstreams.forEach((key, context) -> {
            if (key.caFile == null) {
                context.follow(files(key, trusted), read -> client(key, trusted, read));
                checkRegularly(context);
            }
        });
    }

    private static List<Path> files(UpstreamKey key, List<Path> trusted) {
        List<Path> files = new ArrayList<>(present(key.caFile, key.certificateFile, key.privateKeyFile));
        if (key.caFile == null) {
            files.addAll(trusted);
        }
        return files;
    }

    private SslContext client(UpstreamKey key, List<Path> trustedBeside, PemFiles files) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(provider.netty())
                .protocols(PROTOCOLS)
                .endpointIdentificationAlgorithm("HTTPS")
                .applicationProtocolConfig(alpn(key.protocols));
        if (key.caFile != null) {
            builder.trustManager(files.certificates(key.caFile).toArray(X509Certificate[]::new));
        } else {
            List<X509Certificate> trusted = new ArrayList<>();
            for (Path file : trustedBeside) {
                trusted.addAll(files.certificates(file));
            }
            builder.trustManager(Trust.beside(trusted));
        }
        if (key.certificateFile != null && key.privateKeyFile != null) {
            Identity own = Identity.of(files, key.certificateFile, key.privateKeyFile);
            builder.sslProvider(provider.nettyFor(own)).keyManager(own.key(), own.chainArray());
        }
        return builder.build();
    }

    /** Without a common protocol the connection goes on as if none had been offered, which BoringSSL and the JDK can. */
    private static ApplicationProtocolConfig alpn(List<String> protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    private static List<Path> present(@Nullable Path... files) {
        List<Path> present = new ArrayList<>();
        for (Path file : files) {
            if (file != null) {
                present.add(file);
            }
        }
        return present;
    }

    private synchronized FollowedContext follow(FollowedContext context) {
        followed.add(context);
        checkRegularly(context);
        return context;
    }

    private synchronized void checkRegularly(FollowedContext context) {
        if (checks == null && context.hasFiles()) {
            checks = scheduler();
            checks.scheduleWithFixedDelay(
                    this::checkFiles, CHECK_INTERVAL.toMillis(), CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static ScheduledExecutorService scheduler() {
        return new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "tls-files");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Looks at all files now; else that happens every few seconds. Blocks. */
    public void checkFiles() {
        followed.forEach(FollowedContext::check);
    }

    /** When no event loop opens connections any more. */
    @Override
    public synchronized void close() {
        if (checks != null) {
            checks.shutdownNow();
            try {
                checks.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        followed.forEach(FollowedContext::close);
    }
}
