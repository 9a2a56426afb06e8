package io.obogateway.upstream;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.wire.RawUpstream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** A scripted peer and the pools that connections to it come from, new for each test of the class that extends it. */
abstract class PooledConnections {
    final RawUpstream peer = new RawUpstream();
    final MultiThreadIoEventLoopGroup loops;
    final UpstreamPools pools;
    private final AtomicLong ahead = new AtomicLong();

    PooledConnections() {
        Transport transport = Transport.detect();
        loops = transport.eventLoops("test", 1);
        pools = new UpstreamPools(
                loops,
                transport,
                () -> 4096,
                new TlsContexts(TlsProvider.JDK, List.of()),
                DnsServerAddressStreamProviders.platformDefault(),
                () -> System.nanoTime() + ahead.get());
    }

    /** The time of the pools goes on at once. */
    final void pass(Duration time) {
        ahead.addAndGet(time.toNanos());
    }

    @AfterEach
    void stop() {
        pools.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        peer.close();
    }
}
