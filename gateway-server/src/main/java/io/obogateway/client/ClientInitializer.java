package io.obogateway.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.upstream.UpstreamPool;
import java.util.function.Function;

/** <b>The</b> pipeline of a client connection, from the wire upwards. */
public final class ClientInitializer extends ChannelInitializer<Channel> {
    private final ProxyContext context;
    private final Function<EventLoop, UpstreamPool> pools;
    private final ClientTimeouts timeouts;
    private final int maxRequestLine;
    private final int maxHeaders;
    private final ChannelGroup connections;

    /**
     * @param pools the connections of an event loop
     * @param connections every open client connection
     */
    public ClientInitializer(
            ProxyContext context,
            Function<EventLoop, UpstreamPool> pools,
            ClientTimeouts timeouts,
            int maxRequestLine,
            int maxHeaders,
            ChannelGroup connections) {
        this.context = context;
        this.pools = pools;
        this.timeouts = timeouts;
        this.maxRequestLine = maxRequestLine;
        this.maxHeaders = maxHeaders;
        this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
        connections.add(channel);
        StrictRequestDecoder decoder = new StrictRequestDecoder(maxRequestLine, maxHeaders);
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        channel.pipeline()
                .addLast(decoder) // bytes to requests, refusing what could be read in two ways
                .addLast(encoder) // responses to bytes
                .addLast(new ClientConnectionHandler(
                        context,
                        pools.apply(channel.eventLoop()),
                        timeouts,
                        decoder,
                        encoder,
                        channel,
                        "http")); // order, hold-back, deadlines
    }
}
