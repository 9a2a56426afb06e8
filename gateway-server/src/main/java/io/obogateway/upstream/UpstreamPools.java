package io.obogateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
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
     */
    public UpstreamPools(EventLoopGroup loops, Transport transport, int maxHeaderBytes) {
        resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(transport.datagramChannel())
                .ttl(0, MAX_DNS_TTL_SECONDS)
                .negativeTtl(NEGATIVE_DNS_TTL_SECONDS));
        Supplier<SslContext> tls = new LazyTls();
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            pools.put(loop, new UpstreamPool(loop, transport, resolver, tls, maxHeaderBytes));
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
        private @Nullable SslContext context;

        @Override
        public synchronized SslContext get() {
            SslContext built = context;
            if (built == null) {
                try {
                    built = SslContextBuilder.forClient().build();
                } catch (SSLException e) {
                    throw new IllegalStateException("this JVM has no TLS", e);
                }
                context = built;
            }
            return built;
        }
    }
}
