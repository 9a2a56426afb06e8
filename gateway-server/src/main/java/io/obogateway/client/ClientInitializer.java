package io.obogateway.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.tls.FollowedContext;
import io.obogateway.upstream.UpstreamPool;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** <b>The</b> pipeline of a client connection, from the wire upwards. */
public final class ClientInitializer extends ChannelInitializer<Channel> {
    private final ProxyContext context;
    private final Function<EventLoop, UpstreamPool> pools;
    private final Supplier<ClientSettings> settings;
    private final boolean http2;
    private final ChannelGroup connections;
    private final @Nullable FollowedContext tls;

    /**
     * @param pools the connections of an event loop
     * @param settings asked for each connection, on its event loop
     * @param http2 whether clients may speak it
     * @param connections every open client connection
     * @param tls null: in plain text
     */
    public ClientInitializer(
            ProxyContext context,
            Function<EventLoop, UpstreamPool> pools,
            Supplier<ClientSettings> settings,
            boolean http2,
            ChannelGroup connections,
            @Nullable FollowedContext tls) {
        this.context = context;
        this.pools = pools;
        this.settings = settings;
        this.http2 = http2;
        this.connections = connections;
        this.tls = tls;
    }

    /**
     * What is offered by ALPN, the preferred one first; {@link #addHandlersOf} has the handlers of each.
     *
     * @param http2 whether HTTP/2 may be spoken
     */
    public static List<String> protocols(boolean http2) {
        return http2
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void initChannel(Channel channel) {
        connections.add(channel);
        if (tls == null) {
            if (http2) {
                channel.pipeline()
                        .addLast(new PrefaceDetector(this)); // HTTP/2 with prior knowledge; leaves with the first bytes
            }
            http1(channel, "http");
            return;
        }
        SslHandler records = tls.newHandler(channel.alloc());
        records.setHandshakeTimeoutMillis(
                settings.get().timeouts().requestHeaders().toMillis());
        channel.pipeline()
                .addLast(records) // records to bytes
                .addLast(new HandshakeHandler(records, protocol -> addHandlersOf(protocol, channel, "https")));
    }

    /**
     * The handlers of the protocol that both sides speak.
     *
     * @param protocol by its name in ALPN
     */
    private void addHandlersOf(String protocol, Channel channel, String scheme) {
        switch (protocol) {
            case ApplicationProtocolNames.HTTP_2 -> http2(channel, scheme);
            case ApplicationProtocolNames.HTTP_1_1 -> http1(channel, scheme);
            default -> throw new IllegalArgumentException("not among the protocols that are offered: " + protocol);
        }
    }

    /** Adds what speaks HTTP/1.1. */
    void http1(Channel channel, String scheme) {
        ClientSettings now = settings.get();
        StrictRequestDecoder decoder = new StrictRequestDecoder(now.maxRequestLine(), now.maxHeaders());
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        channel.pipeline()
                .addLast(decoder) // bytes to requests, refusing what could be read in two ways
                .addLast(encoder) // responses to bytes
                .addLast(new ClientConnectionHandler(
                        context,
                        pools.apply(channel.eventLoop()),
                        now.timeouts(),
                        decoder,
                        encoder,
                        channel,
                        scheme)); // order, hold-back, deadlines
    }

    /** Adds what speaks HTTP/2, to a channel that is connected already. */
    void http2(Channel channel, String scheme) {
        ClientSettings now = settings.get();
        channel.pipeline()
                .addLast(new Http2Setup(
                                context,
                                pools.apply(channel.eventLoop()),
                                now.timeouts(),
                                new Http2Requests(now.maxRequestLine(), now.maxHeaders()),
                                scheme)
                        .handler()); // frames, streams, flow control, deadlines
    }
}
