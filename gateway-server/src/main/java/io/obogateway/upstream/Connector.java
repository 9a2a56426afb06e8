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
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.obogateway.http.OutboundProxy;
import io.obogateway.tls.FollowedContext;
import io.obogateway.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens channels to origins on one event loop: name, proxy, TCP and TLS, so that what comes out of it only has to be spoken
 * on.
 */
final class Connector {
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final TlsContexts tls;

    Connector(EventLoop loop, Transport transport, AddressResolverGroup<InetSocketAddress> resolver, TlsContexts tls) {
        this.loop = loop;
        this.resolver = resolver;
        this.tls = tls;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.channel())
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false);
    }

    /**
     * Opens a channel.
     *
     * @param speak adds the handlers above TLS, while the channel is being made
     * @param connected told of the channel when it can be spoken on
     * @param failed told why there is none
     */
    void connect(
            Origin origin,
            Duration timeout,
            Consumer<Channel> speak,
            Consumer<Channel> connected,
            Consumer<Throwable> failed) {
        FollowedContext context;
        try {
            context = origin.tls() ? OriginTls.context(tls, origin) : null;
        } catch (IOException e) {
            failed.accept(e);
            return;
        }
        Attempt attempt = new Attempt(origin, context, timeout, speak, connected, failed);
        OutboundProxy proxy = origin.proxy();
        if (proxy == null) {
            resolve(origin.host(), origin.port(), attempt::connectToAny, failed);
        } else if (!origin.tls()) {
            resolve(proxy.host(), proxy.port(), attempt::connectToAny, failed);
        } else {
            resolve(proxy.host(), proxy.port(), proxies -> attempt.connectThrough(proxies.get(0)), failed);
        }
    }

    private void resolve(
            String host, int port, Consumer<List<InetSocketAddress>> resolved, Consumer<Throwable> failed) {
        resolver.getResolver(loop)
                .resolveAll(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<List<InetSocketAddress>> addresses) -> {
                    if (addresses.isSuccess()) {
                        resolved.accept(addresses.getNow());
                    } else {
                        failed.accept(addresses.cause());
                    }
                });
    }

    /** One channel on its way to being connected. */
    private final class Attempt {
        private final Origin origin;
        private final @Nullable FollowedContext tls;
        private final Duration timeout;
        private final Consumer<Channel> speak;
        private final Consumer<Channel> connected;
        private final Consumer<Throwable> failed;
        private @Nullable HttpProxyHandler tunnelHandler;

        /**
         * @param tls null: in plain text
         */
        Attempt(
                Origin origin,
                @Nullable FollowedContext tls,
                Duration timeout,
                Consumer<Channel> speak,
                Consumer<Channel> connected,
                Consumer<Throwable> failed) {
            this.origin = origin;
            this.tls = tls;
            this.timeout = timeout;
            this.speak = speak;
            this.connected = connected;
            this.failed = failed;
        }

        /** Connects to one of the addresses of a name. */
        void connectToAny(List<InetSocketAddress> addresses) {
            AddressOrder order =
                    new AddressOrder(addresses, ThreadLocalRandom.current().nextInt(addresses.size()));
            connectToNext(order, System.nanoTime() + timeout.toNanos());
        }

        private void connectToNext(AddressOrder order, long deadline) {
            long left = Math.max(0, deadline - System.nanoTime()) / order.triesLeft();
            open(order.next(), null, TimeUnit.NANOSECONDS.toMillis(left), cause -> {
                if (order.triesLeft() > 0 && System.nanoTime() - deadline < 0) {
                    connectToNext(order, deadline);
                } else {
                    failed.accept(cause);
                }
            });
        }

        /** Connects by way of a proxy that makes tunnels. */
        void connectThrough(InetSocketAddress proxy) {
            open(
                    InetSocketAddress.createUnresolved(origin.host(), origin.port()), // the proxy's task
                    proxy,
                    timeout.toMillis(),
                    failed);
        }

        /**
         * @param tunnel the proxy to ask for a tunnel first; null: none
         * @param unreached told why there is no connection
         */
        private void open(
                InetSocketAddress to,
                @Nullable InetSocketAddress tunnel,
                long timeoutMillis,
                Consumer<Throwable> unreached) {
            bootstrap
                    .clone()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, timeoutMillis))
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            init(channel, tunnel);
                        }
                    })
                    .connect(to)
                    .addListener((ChannelFuture result) -> {
                        if (!result.isSuccess()) {
                            unreached.accept(result.cause());
                        } else if (tls != null) {
                            afterHandshake(result.channel());
                        } else {
                            connected.accept(result.channel());
                        }
                    });
        }

        /** From the wire upwards. */
        private void init(Channel channel, @Nullable InetSocketAddress tunnel) {
            if (tunnel != null) {
                tunnelHandler = tunnelBy(tunnel);
                channel.pipeline().addLast(tunnelHandler);
            }
            if (tls != null) {
                SslHandler handler = OriginTls.handler(tls, origin, channel.alloc());
                handler.setHandshakeTimeoutMillis(timeout.toMillis());
                channel.pipeline().addLast(handler);
            }
            speak.accept(channel);
        }

        private void afterHandshake(Channel channel) {
            channel.read();
            channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    connected.accept(channel);
                } else {
                    channel.close();
                    failed(OriginTls.failure(origin, handshake.cause()));
                }
            });
        }

        /** A proxy that opens no tunnel says why; TLS then only knows that it got no further, and knows it first. */
        private void failed(Throwable handshake) {
            HttpProxyHandler tunnel = tunnelHandler;
            if (tunnel == null) {
                failed.accept(handshake);
                return;
            }
            tunnel.connectFuture()
                    .addListener(opened -> failed.accept(opened.cause() == null ? handshake : opened.cause()));
        }

        private HttpProxyHandler tunnelBy(InetSocketAddress address) {
            HttpHeaders headers = new DefaultHttpHeaders();
            OutboundProxy proxy = origin.proxy();
            if (proxy != null && proxy.authorization() != null) {
                headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxy.authorization());
            }
            HttpProxyHandler handler = new HttpProxyHandler(address, headers);
            handler.setConnectTimeoutMillis(timeout.toMillis());
            return handler;
        }
    }
}
