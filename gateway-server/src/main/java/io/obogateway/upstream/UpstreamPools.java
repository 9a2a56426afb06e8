package io.obogateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pools of all event loops, and what they share: the resolver of names and the trust in certificates. */
public final class UpstreamPools implements AutoCloseable {
    private static final int MAX_DNS_TTL_SECONDS = 30;
    private static final int NEGATIVE_DNS_TTL_SECONDS = 1;

    private final Map<EventLoop, UpstreamPool> pools = new HashMap<>();
    private final AddressResolverGroup<InetSocketAddress> resolver;

    /**
     * @param loops stays the caller's
     * @param maxHeaderBytes of a response
     * @param trustedCertificates files of PEM certificates trusted beside the JVM's
     */
    public UpstreamPools(
            EventLoopGroup loops, Transport transport, int maxHeaderBytes, List<Path> trustedCertificates) {
        resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(transport.datagramChannel())
                .ttl(0, MAX_DNS_TTL_SECONDS)
                .negativeTtl(NEGATIVE_DNS_TTL_SECONDS));
        Supplier<SslContext> tls = new LazyTls(trustedCertificates);
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            Connector connector = new Connector(loop, transport, resolver, tls);
            pools.put(loop, new UpstreamPool(loop, connector, maxHeaderBytes));
        }
        List<UpstreamPool> ring = all();
        for (int i = 0; i < ring.size(); i++) {
            ring.get(i).neighbour(ring.get((i + 1) % ring.size()));
        }
    }

    /** The pool of one of the event loops. */
    public UpstreamPool of(EventLoop loop) {
        UpstreamPool pool = pools.get(loop);
        if (pool == null) {
            throw new IllegalArgumentException("not one of the gateway's event loops: " + loop);
        }
        return pool;
    }

    public List<UpstreamPool> all() {
        return List.copyOf(pools.values());
    }

    /** Closes every connection. */
    @Override
    public void close() {
        for (UpstreamPool pool : pools.values()) {
            pool.loop().submit(pool::close).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        resolver.close();
    }

    /** Reading the JVM's trust store takes longer than the rest of the start: only for who connects over TLS. */
    private static final class LazyTls implements Supplier<SslContext> {
        private final List<Path> trustedCertificates;
        private @Nullable SslContext context;

        LazyTls(List<Path> trustedCertificates) {
            this.trustedCertificates = List.copyOf(trustedCertificates);
        }

        @Override
        public synchronized SslContext get() {
            SslContext built = context;
            if (built == null) {
                try {
                    built = SslContextBuilder.forClient()
                            .trustManager(Trust.of(trustedCertificates))
                            .build();
                } catch (IOException | GeneralSecurityException e) {
                    throw new IllegalStateException("TLS cannot be set up: " + e.getMessage(), e);
                }
                context = built;
            }
            return built;
        }
    }
}
