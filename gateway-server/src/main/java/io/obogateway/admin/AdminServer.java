package io.obogateway.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operators' listener. Everything about it is bounded: connections, requests, and how long either may idle. */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 256;
    private static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_CONTENT_BYTES = 64 * 1024;
    private static final int IDLE_SECONDS = 60;
    private static final int CLOSE_SECONDS = 2;

    private final Channel listener;
    private final ChannelGroup connections;

    private AdminServer(Channel listener, ChannelGroup connections) {
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Binds and begins to answer.
     *
     * @param port 0 takes a free one
     * @param loops stays the caller's; not the loops that serve traffic, for a scrape takes milliseconds
     * @param channelType what fits the loops
     * @param metrics in Prometheus' text format
     * @param reload reads the configuration again; its future does not fail; null: there is nothing to read
     * @throws IOException when the address cannot be bound; its message names the address
     */
    public static AdminServer start(
            String host,
            int port,
            EventLoopGroup loops,
            Class<? extends ServerChannel> channelType,
            Health health,
            Supplier<String> metrics,
            @Nullable Supplier<CompletableFuture<ReloadResult>> reload)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new Initializer(new AdminHandler(health, metrics, reload), connections))
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new CannotListen("gateway.admin", host, port, bound.cause());
        }
        return new AdminServer(bound.channel(), connections);
    }

    /** The pipeline of a connection. */
    private static final class Initializer extends ChannelInitializer<Channel> {
        private final AdminHandler handler;
        private final ChannelGroup connections;

        Initializer(AdminHandler handler, ChannelGroup connections) {
            this.handler = handler;
            this.connections = connections;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= MAX_CONNECTIONS) {
                channel.close();
                return;
            }
            connections.add(channel);
            channel.pipeline()
                    .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                    .addLast(new HttpServerCodec(new HttpDecoderConfig()
                            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                            .setMaxHeaderSize(MAX_HEADER_BYTES)))
                    .addLast(new HttpObjectAggregator(MAX_CONTENT_BYTES, true))
                    .addLast(handler);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Stops listening and closes the connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
