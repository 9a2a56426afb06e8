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
            attempt.connect(origin.host(), origin.port(), null);
        } else if (!origin.tls()) {
            attempt.connect(proxy.host(), proxy.port(), null);
        } else {
            resolver.getResolver(loop)
                    .resolve(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()))
                    .addListener((Future<InetSocketAddress> address) -> {
                        if (address.isSuccess()) {
                            attempt.connect(origin.host(), origin.port(), address.getNow());
                        } else {
                            failed.accept(address.cause());
                        }
                    });
        }
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

        /**
         * @param tunnel the proxy to ask for a tunnel first; null: none
         */
        void connect(String host, int port, @Nullable InetSocketAddress tunnel) {
            bootstrap
                    .clone()
                    .resolver(tunnel == null ? resolver : NoopAddressResolverGroup.INSTANCE) // else the proxy's task
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            init(channel, tunnel);
                        }
                    })
                    .connect(InetSocketAddress.createUnresolved(host, port))
                    .addListener((ChannelFuture result) -> {
                        if (!result.isSuccess()) {
                            failed.accept(result.cause());
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
