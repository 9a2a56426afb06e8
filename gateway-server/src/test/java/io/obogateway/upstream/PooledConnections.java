package io.obogateway.upstream;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.wire.RawUpstream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A scripted peer and the pools that connections to it come from, new for each test of the class that extends it. */
abstract class PooledConnections {
    final RawUpstream peer = new RawUpstream();
    private final MultiThreadIoEventLoopGroup loops;
    final UpstreamPools pools;

    PooledConnections() {
        Transport transport = Transport.detect();
        loops = transport.eventLoops("test", 1);
        pools = new UpstreamPools(loops, transport, () -> 4096, new TlsContexts(TlsProvider.JDK, List.of()));
    }

    @AfterEach
    void stop() {
        pools.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        peer.close();
    }
}
