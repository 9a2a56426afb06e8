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
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.obogateway.http.OutboundProxy;
import io.obogateway.tls.FollowedContext;
import io.obogateway.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
        long deadline = System.nanoTime() + timeout.toNanos();
        Attempt attempt = new Attempt(origin, context, deadline, speak, connected, failed);
        OutboundProxy proxy = origin.proxy();
        if (proxy == null) {
            attempt.connect(origin.host(), origin.port());
        } else {
            attempt.connect(proxy.host(), proxy.port());
        }
    }

    /** One channel on its way to being connected; its steps have what is left of its time. */
    private final class Attempt {
        private final Origin origin;
        private final @Nullable FollowedContext tls;
        private final long deadline;
        private final Consumer<Channel> speak;
        private final Consumer<Channel> connected;
        private final Consumer<Throwable> failed;
        private @Nullable HttpProxyHandler tunnelHandler;

        /**
         * @param tls null: in plain text
         * @param deadline in {@link System#nanoTime()}
         */
        Attempt(
                Origin origin,
                @Nullable FollowedContext tls,
                long deadline,
                Consumer<Channel> speak,
                Consumer<Channel> connected,
                Consumer<Throwable> failed) {
            this.origin = origin;
            this.tls = tls;
            this.deadline = deadline;
            this.speak = speak;
            this.connected = connected;
            this.failed = failed;
        }

        private long millisLeft() {
            return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        }

        /** Connects to one of the addresses of a name. A name server may be silent for longer than anybody waits here. */
        void connect(String host, int port) {
            Promise<List<InetSocketAddress>> addresses = loop.newPromise();
            addresses.addListener(answer -> {
                if (answer.isSuccess()) {
                    connectToAny(addresses.getNow());
                } else {
                    failed.accept(answer.cause());
                }
            });
            Future<List<InetSocketAddress>> lookup =
                    resolver.getResolver(loop).resolveAll(InetSocketAddress.createUnresolved(host, port));
            PromiseNotifier.cascade(false, lookup, addresses);
            if (!addresses.isDone()) {
                Future<?> late = loop.schedule(
                        () -> addresses.tryFailure(
                                new UnknownHostException("no name server answered in time for " + host)),
                        millisLeft(),
                        TimeUnit.MILLISECONDS);
                addresses.addListener(answer -> late.cancel(false));
            }
        }

        private void connectToAny(List<InetSocketAddress> addresses) {
            connectToNext(
                    new AddressOrder(addresses, ThreadLocalRandom.current().nextInt(addresses.size())));
        }

        private void connectToNext(AddressOrder order) {
            long left = millisLeft() / order.triesLeft();
            open(order.next(), left, cause -> {
                if (order.triesLeft() > 0 && System.nanoTime() - deadline < 0) {
                    connectToNext(order);
                } else {
                    failed.accept(cause);
                }
            });
        }

        /**
         * @param first of the origin, or of the proxy in front of it
         * @param unreached told why there is no connection
         */
        private void open(InetSocketAddress first, long timeoutMillis, Consumer<Throwable> unreached) {
            boolean tunnelled = origin.proxy() != null && origin.tls();
            InetSocketAddress to = tunnelled
                    ? InetSocketAddress.createUnresolved(origin.host(), origin.port()) // the proxy's task
                    : first;
            bootstrap
                    .clone()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, timeoutMillis))
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            init(channel, tunnelled ? first : null);
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

        /**
         * From the wire upwards.
         *
         * @param tunnel the proxy to ask for a tunnel first; null: none
         */
        private void init(Channel channel, @Nullable InetSocketAddress tunnel) {
            if (tunnel != null) {
                tunnelHandler = tunnelBy(tunnel);
                channel.pipeline().addLast(tunnelHandler);
            }
            if (tls != null) {
                SslHandler handler = OriginTls.handler(tls, origin, channel.alloc());
                handler.setHandshakeTimeoutMillis(millisLeft());
                channel.pipeline().addLast(handler);
            }
            speak.accept(channel);
        }

        private void afterHandshake(Channel channel) {
            channel.read();
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            handler.setHandshakeTimeoutMillis(millisLeft()); // TCP has taken its share
            handler.handshakeFuture().addListener(handshake -> {
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
                    .addListener(opened -> failed.accept(opened.cause() == null ? handshake : refusal(opened.cause())));
        }

        private static Throwable refusal(Throwable cause) {
            return cause instanceof HttpProxyHandler.HttpProxyConnectException told
                            && ProxyCredentialsException.asksFor(told.headers())
                    ? new ProxyCredentialsException(told)
                    : cause;
        }

        private HttpProxyHandler tunnelBy(InetSocketAddress address) {
            HttpHeaders headers = new DefaultHttpHeaders();
            OutboundProxy proxy = origin.proxy();
            if (proxy != null && proxy.authorization() != null) {
                headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxy.authorization());
            }
            HttpProxyHandler handler = new HttpProxyHandler(address, headers);
            handler.setConnectTimeoutMillis(millisLeft());
            return handler;
        }
    }
}
