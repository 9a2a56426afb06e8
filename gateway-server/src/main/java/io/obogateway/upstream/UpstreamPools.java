package io.obogateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.EventExecutor;
import io.obogateway.route.Upstream;
import io.obogateway.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The pools of all event loops, and what they share: the resolver of names and the trust in certificates. */
public final class UpstreamPools implements AutoCloseable {
    private static final int MAX_DNS_TTL_SECONDS = 30;
    private static final int NEGATIVE_DNS_TTL_SECONDS = 1;

    private final Map<EventLoop, UpstreamPool> pools = new HashMap<>();
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final TlsContexts tls;

    /**
     * @param loops stays the caller's
     * @param maxHeaderBytes of a response; asked for each connection, on any event loop
     * @param tls stays the caller's
     */
    public UpstreamPools(EventLoopGroup loops, Transport transport, IntSupplier maxHeaderBytes, TlsContexts tls) {
        this(
                loops,
                transport,
                maxHeaderBytes,
                tls,
                DnsServerAddressStreamProviders.platformDefault(),
                System::nanoTime);
    }

    /**
     * @param nameServers whom names are asked of
     * @param nanoTime as {@link UpstreamPool} has it
     */
    UpstreamPools(
            EventLoopGroup loops,
            Transport transport,
            IntSupplier maxHeaderBytes,
            TlsContexts tls,
            DnsServerAddressStreamProvider nameServers,
            LongSupplier nanoTime) {
        this.tls = tls;
        resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(transport.datagramChannel())
                .socketChannelType(transport.channel()) // for answers too long for a datagram (RFC 7766)
                .nameServerProvider(nameServers)
                .ttl(0, MAX_DNS_TTL_SECONDS)
                .completeOncePreferredResolved(true) // the question for the other family may be lost
                .negativeTtl(NEGATIVE_DNS_TTL_SECONDS));
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            Connector connector = new Connector(loop, transport, resolver, tls);
            pools.put(loop, new UpstreamPool(loop, connector, maxHeaderBytes, nanoTime));
        }
        List<UpstreamPool> ring = all();
        for (int i = 0; i < ring.size(); i++) {
            ring.get(i).neighbour(ring.get((i + 1) % ring.size()));
        }
    }

    /**
     * Reads the files that TLS to an upstream needs, which its first connection would have to wait for otherwise. Blocks.
     *
     * @throws IOException when they cannot be used; the message names the file
     */
    public void prepare(Upstream upstream) throws IOException {
        Origin origin = Origin.of(upstream.url()).with(upstream.tls()).speaking(upstream.protocol());
        if (origin.tlsSettings() != null) {
            OriginTls.context(tls, origin);
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
}
