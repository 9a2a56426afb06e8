package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.obogateway.tls.TlsContexts;
import io.obogateway.tls.TlsProvider;
import io.obogateway.wire.RawUpstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name with several addresses. Linux answers for every address of 127.0.0.0/8, but this peer listens on one only. */
class ConnectorTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private RawUpstream peer;
    private MultiThreadIoEventLoopGroup loops;

    @BeforeEach
    void start() {
        peer = new RawUpstream();
        loops = Transport.detect().eventLoops("test", 1);
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        peer.close();
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNext() {
        for (int i = 0; i < 20; i++) { // whichever comes first
            assertThat(connect("127.0.0.2", "127.0.0.1", "127.0.0.3").join()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void whenEveryAddressRefusesTheLastRefusalIsTold() {
        assertThat(connect("127.0.0.2", "127.0.0.3"))
                .failsWithin(LONG)
                .withThrowableOfType(Exception.class)
                .withMessageContaining("refused");
    }

    @Test
    void connectionsAreSpreadOverTheAddresses() throws Exception {
        try (ServerSocket everywhere = new ServerSocket(0, 100)) {
            Set<String> reached = new HashSet<>();
            for (int i = 0; i < 100 && reached.size() < 3; i++) {
                reached.add(connect(everywhere.getLocalPort(), "127.0.0.1", "127.0.0.2", "127.0.0.3")
                        .join());
            }
            assertThat(reached).hasSize(3);
        }
    }

    private CompletableFuture<String> connect(String... addresses) {
        return connect(peer.port(), addresses);
    }

    private CompletableFuture<String> connect(int port, String... addresses) {
        EventLoop loop = (EventLoop) loops.next();
        Connector connector = new Connector(
                loop, Transport.detect(), new Names(List.of(addresses)), new TlsContexts(TlsProvider.JDK, List.of()));
        CompletableFuture<String> reached = new CompletableFuture<>();
        loop.execute(() -> connector.connect(
                Origin.of(URI.create("http://people.example:" + port)),
                LONG,
                channel -> {},
                channel -> reached.complete(address(channel)),
                reached::completeExceptionally));
        return reached.orTimeout(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static String address(Channel channel) {
        channel.close();
        return ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress();
    }

    /** Every name has these addresses. */
    private static final class Names extends AddressResolverGroup<InetSocketAddress> {
        private final List<String> addresses;

        Names(List<String> addresses) {
            this.addresses = addresses;
        }

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) throws UnknownHostException {
                    promise.setSuccess(InetAddress.getByName(addresses.get(0)));
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise)
                        throws UnknownHostException {
                    InetAddress[] all = new InetAddress[addresses.size()];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = InetAddress.getByName(addresses.get(i));
                    }
                    promise.setSuccess(List.of(all));
                }
            }.asAddressResolver();
        }
    }
}
