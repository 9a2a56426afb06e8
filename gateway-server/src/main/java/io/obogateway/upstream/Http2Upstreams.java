package io.obogateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * One event loop's connections that speak HTTP/2, by destination. Few, because each carries many exchanges: another is
 * opened only when all are full, and whoever comes meanwhile waits for that one; where there may be no other, for an
 * exchange to end. Every method is called on the event loop.
 */
final class Http2Upstreams {
    private final EventLoop loop;
    private final Connector connector;
    private final IntSupplier maxHeaderBytes;
    private final Map<Destination, Http2Connections> destinations = new HashMap<>();

    Http2Upstreams(EventLoop loop, Connector connector, IntSupplier maxHeaderBytes) {
        this.loop = loop;
        this.connector = connector;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** Leases a stream; the listener hears of it, at once or later. */
    void acquire(Destination to, Duration connectTimeout, UpstreamConnection.Listener listener) {
        Http2Connections connections = destinations.computeIfAbsent(to, any -> new Http2Connections(loop));
        Http2UpstreamHandler free = connections.withRoom();
        if (free != null) {
            free.lease(listener);
            return;
        }
        ConnectionSlots slots = to.slots();
        if (connections.opening) {
            connections.await(connectTimeout.multipliedBy(2), listener); // whose own deadline comes first
        } else if (slots == null || slots.take()) {
            connections.opening = true;
            connections.await(connectTimeout.multipliedBy(2), listener);
            open(to, connectTimeout, connections);
        } else {
            connections.await(connectTimeout, listener);
        }
    }

    private void open(Destination to, Duration connectTimeout, Http2Connections connections) {
        connector.connect(
                to.origin(),
                connectTimeout,
                channel -> {},
                channel -> connected(to, channel, connections),
                cause -> failed(to, cause, connections));
    }

    private void connected(Destination to, Channel channel, Http2Connections connections) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            channel.close();
            failed(to, new IOException("it does not offer HTTP/2 (ALPN)"), connections);
            return;
        }
        connections.opening = false;
        Http2UpstreamHandler connection = new Http2UpstreamSetup(
                        loop, to.origin(), maxHeaderBytes.getAsInt(), new Http2UpstreamHandler.Owner() {
                            @Override
                            public void roomMade() {
                                serve(to, connections);
                            }

                            @Override
                            public void closed(Http2UpstreamHandler gone) {
                                connections.remove(gone);
                                giveBack(to);
                                serve(to, connections);
                            }
                        })
                .handler();
        connections.add(connection);
        channel.pipeline().addLast(connection);
        serve(to, connections);
    }

    /** Gives room to who waits for it; opens another connection if there is not enough. */
    private void serve(Destination to, Http2Connections connections) {
        for (Http2Connections.Waiter next = connections.nextWaiter(); next != null; next = connections.nextWaiter()) {
            Http2UpstreamHandler free = connections.withRoom();
            if (free == null) {
                connections.waitOn(next);
                ConnectionSlots slots = to.slots();
                if (!connections.opening && (slots == null || slots.take())) {
                    connections.opening = true;
                    open(to, next.timeout(), connections);
                }
                return;
            }
            next.served();
            free.lease(next.listener());
        }
    }

    private static void giveBack(Destination to) {
        if (to.slots() != null) {
            to.slots().give();
        }
    }

    private static void failed(Destination to, Throwable cause, Http2Connections connections) {
        connections.opening = false;
        giveBack(to);
        for (Http2Connections.Waiter waiter : connections.allWaiters()) {
            waiter.served();
            waiter.listener().onConnectFailed(cause);
        }
    }

    /** Closes those that have been idle, and lets those end that are old. */
    void closeExpired(long idleBefore, long openedBefore) {
        for (Http2Connections connections : List.copyOf(destinations.values())) {
            connections.retire(idleBefore, openedBefore);
        }
        destinations.values().removeIf(Http2Connections::isUnused);
    }

    void close() {
        for (Http2Connections connections : new ArrayList<>(destinations.values())) {
            connections.close();
        }
    }
}
