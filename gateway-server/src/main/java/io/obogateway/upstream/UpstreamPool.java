package io.obogateway.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.obogateway.http.OutboundProxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, the idle ones by origin. An idle connection has a read pending, so one that its peer
 * closed or wrote to is gone before it can be picked; the most recently used is picked first, so that a quiet time lets
 * the others expire. Every method is called on the event loop.
 */
public final class UpstreamPool {
    private static final int MAX_IDLE_PER_ORIGIN = 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(55);
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Supplier<SslContext> tls;
    private final int maxHeaderBytes;
    private final Map<Origin, ArrayDeque<Http1Connection>> idle = new HashMap<>();
    private final Set<Http1Connection> open = new HashSet<>();
    private final ScheduledFuture<?> sweep;

    /**
     * @param maxHeaderBytes of a response; a larger one is malformed
     */
    UpstreamPool(
            EventLoop loop,
            Transport transport,
            AddressResolverGroup<InetSocketAddress> resolver,
            Supplier<SslContext> tls,
            int maxHeaderBytes) {
        this.loop = loop;
        this.resolver = resolver;
        this.tls = tls;
        this.maxHeaderBytes = maxHeaderBytes;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false);
        this.sweep = loop.scheduleWithFixedDelay(
                this::closeExpired, SWEEP_INTERVAL.toMillis(), SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    public EventLoop loop() {
        return loop;
    }

    /** Leases an idle connection, or opens one; the listener hears of it, at once or later. */
    public void acquire(Origin origin, Duration connectTimeout, UpstreamConnection.Listener listener) {
        ArrayDeque<Http1Connection> connections = idle.get(origin);
        if (connections != null) {
            for (Http1Connection c = connections.pollLast(); c != null; c = connections.pollLast()) {
                if (c.isActive()) {
                    c.lease(listener);
                    return;
                }
            }
        }
        open(origin, connectTimeout, listener);
    }

    /** Leases a connection that nobody has used before. */
    public void open(Origin origin, Duration connectTimeout, UpstreamConnection.Listener listener) {
        OutboundProxy proxy = origin.proxy();
        if (proxy == null) {
            connect(origin, origin.host(), origin.port(), new Pipeline(origin, connectTimeout, null), listener);
        } else if (!origin.tls()) {
            connect(origin, proxy.host(), proxy.port(), new Pipeline(origin, connectTimeout, null), listener);
        } else {
            resolver.getResolver(loop)
                    .resolve(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()))
                    .addListener((Future<InetSocketAddress> address) -> {
                        if (address.isSuccess()) {
                            Pipeline pipeline = new Pipeline(origin, connectTimeout, address.getNow());
                            connect(origin, origin.host(), origin.port(), pipeline, listener);
                        } else {
                            listener.onConnectFailed(address.cause());
                        }
                    });
        }
    }

    private void connect(
            Origin origin, String host, int port, Pipeline pipeline, UpstreamConnection.Listener listener) {
        bootstrap
                .clone()
                .resolver(
                        pipeline.tunnel == null ? resolver : NoopAddressResolverGroup.INSTANCE) // else the proxy's task
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) pipeline.connectTimeout.toMillis())
                .handler(pipeline)
                .connect(InetSocketAddress.createUnresolved(host, port))
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        listener.onConnectFailed(connected.cause());
                    } else if (origin.tls()) {
                        afterHandshake(connected.channel(), listener);
                    } else {
                        lease(connected.channel(), listener);
                    }
                });
    }

    private void afterHandshake(Channel channel, UpstreamConnection.Listener listener) {
        channel.read();
        channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                lease(channel, listener);
            } else {
                channel.close();
                listener.onConnectFailed(handshake.cause());
            }
        });
    }

    private void lease(Channel channel, UpstreamConnection.Listener listener) {
        Http1Connection connection = channel.pipeline().get(Http1Connection.class);
        open.add(connection);
        connection.lease(listener);
    }

    void putIdle(Http1Connection connection) {
        ArrayDeque<Http1Connection> connections =
                idle.computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>());
        if (connections.size() >= MAX_IDLE_PER_ORIGIN) {
            connection.close();
            return;
        }
        connection.idleSince = System.nanoTime();
        connections.addLast(connection);
    }

    void removed(Http1Connection connection) {
        open.remove(connection);
        ArrayDeque<Http1Connection> connections = idle.get(connection.origin());
        if (connections != null) {
            connections.remove(connection);
        }
    }

    /** Closes every connection, leased ones too. */
    public void close() {
        sweep.cancel(false);
        Set.copyOf(open).forEach(Http1Connection::close);
    }

    private void closeExpired() {
        long oldest = System.nanoTime() - IDLE_TIMEOUT.toNanos();
        idle.values().forEach(connections -> {
            for (Http1Connection c = connections.peekFirst();
                    c != null && c.idleSince - oldest < 0;
                    c = connections.peekFirst()) {
                connections.pollFirst();
                c.close();
            }
        });
        idle.values().removeIf(ArrayDeque::isEmpty);
    }

    /** What a channel to an origin does, from the wire upwards. */
    private final class Pipeline extends ChannelInitializer<Channel> {
        private final Origin origin;
        private final Duration connectTimeout;
        private final @Nullable InetSocketAddress tunnel;

        /**
         * @param tunnel the proxy to ask for a tunnel first; null: none
         */
        Pipeline(Origin origin, Duration connectTimeout, @Nullable InetSocketAddress tunnel) {
            this.origin = origin;
            this.connectTimeout = connectTimeout;
            this.tunnel = tunnel;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tunnel != null) {
                channel.pipeline().addLast(tunnelTo(tunnel));
            }
            if (origin.tls()) {
                SslHandler handler = tls.get().newHandler(channel.alloc(), origin.host(), origin.port());
                handler.setHandshakeTimeoutMillis(connectTimeout.toMillis());
                channel.pipeline().addLast(handler);
            }
            UpstreamResponseDecoder decoder = new UpstreamResponseDecoder(maxHeaderBytes);
            channel.pipeline()
                    .addLast(decoder)
                    .addLast(new HttpRequestEncoder())
                    .addLast(new Http1Connection(UpstreamPool.this, origin, channel, decoder));
        }

        private HttpProxyHandler tunnelTo(InetSocketAddress address) {
            HttpHeaders headers = new DefaultHttpHeaders();
            OutboundProxy proxy = origin.proxy();
            if (proxy != null && proxy.authorization() != null) {
                headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxy.authorization());
            }
            HttpProxyHandler handler = new HttpProxyHandler(address, headers);
            handler.setConnectTimeoutMillis(connectTimeout.toMillis());
            return handler;
        }
    }
}
