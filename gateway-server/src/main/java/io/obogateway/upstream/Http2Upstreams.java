package io.obogateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's connections that speak HTTP/2, by destination. Few, because each carries many exchanges: another is
 * opened only when all are full, and whoever comes meanwhile waits for that one; where there may be no other, or none could
 * be opened, for an exchange to end. Every method is called on the event loop.
 */
final class Http2Upstreams {
    private final EventLoop loop;
    private final Connector connector;
    private final IntSupplier maxHeaderBytes;
    private final LongSupplier nanoTime;
    private final Map<Destination, Http2Connections> destinations = new HashMap<>();

    Http2Upstreams(EventLoop loop, Connector connector, IntSupplier maxHeaderBytes, LongSupplier nanoTime) {
        this.loop = loop;
        this.connector = connector;
        this.maxHeaderBytes = maxHeaderBytes;
        this.nanoTime = nanoTime;
    }

    /** Leases a stream; the listener hears of it, at once or later. */
    void acquire(Destination to, Duration connectTimeout, UpstreamConnection.Listener listener) {
        Http2Connections connections = destinations.computeIfAbsent(to, any -> new Http2Connections(loop));
        Http2UpstreamHandler free = connections.withRoom();
        if (free != null) {
            free.lease(listener);
            return;
        }
        boolean opens = !connections.opening && mayOpen(to, connections);
        connections.opening |= opens;
        // an attempt has deadlines of its own, which come first
        Duration patience = connections.opening ? connectTimeout.multipliedBy(2) : connectTimeout;
        connections.await(connectTimeout, patience, listener);
        if (opens) {
            open(to, connectTimeout, connections);
        }
    }

    /** As {@link UpstreamPool#leave}. */
    void leave(Destination to, UpstreamConnection.Listener listener) {
        Http2Connections connections = destinations.get(to);
        if (connections != null) {
            connections.leave(listener);
        }
    }

    /** Takes a slot. An event loop cannot use another's connection: one it may have, whatever the others hold. */
    private static boolean mayOpen(Destination to, Http2Connections connections) {
        if (connections.permitNothing()) {
            return false;
        }
        ConnectionSlots slots = to.slots();
        if (slots == null || slots.take()) {
            return true;
        }
        boolean first = connections.noneStays();
        if (first) {
            slots.takeBeyond();
        }
        return first;
    }

    private void open(Destination to, Duration connectTimeout, Http2Connections connections) {
        connector.connect(
                to.origin(),
                connectTimeout,
                channel -> {},
                channel -> connected(to, channel, connectTimeout, connections),
                cause -> failed(to, cause, connections));
    }

    private void connected(Destination to, Channel channel, Duration connectTimeout, Http2Connections connections) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        boolean offered = tls == null || ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
        if (!offered || !channel.isActive()) {
            channel.close();
            String what = offered ? "it closed the connection at once" : "it does not offer HTTP/2 (ALPN)";
            failed(to, new IOException(what), connections);
            return;
        }
        Opened opened = new Opened(to, connections);
        Http2UpstreamHandler connection =
                new Http2UpstreamSetup(loop, to.origin(), maxHeaderBytes.getAsInt(), opened, nanoTime).handler();
        opened.deadline = loop.schedule((Runnable) connection::close, connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
        channel.pipeline().addLast(connection);
    }

    /** What becomes of a connection that was opened. It counts as connected once the service has said what it permits. */
    private final class Opened implements Http2UpstreamHandler.Owner {
        private final Destination to;
        private final Http2Connections connections;
        private boolean permitted;
        /** For the service's first word. */
        private @Nullable Future<?> deadline;

        Opened(Destination to, Http2Connections connections) {
            this.to = to;
            this.connections = connections;
        }

        @Override
        public void permitted(Http2UpstreamHandler connection) {
            if (!permitted) {
                permitted = true;
                cancelDeadline();
                connections.opening = false;
                connections.add(connection);
            }
            serve(to, connections);
        }

        @Override
        public void roomMade() {
            serve(to, connections);
        }

        @Override
        public void closed(Http2UpstreamHandler gone) {
            cancelDeadline();
            if (permitted) {
                connections.remove(gone);
                giveBack(to);
                serve(to, connections);
            } else {
                failed(to, new IOException("it did not begin to speak HTTP/2"), connections);
            }
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    /** Gives room to who waits for it; opens another connection if there is not enough. */
    private void serve(Destination to, Http2Connections connections) {
        if (connections.serving) { // further up the stack, where room made meanwhile is found
            return;
        }
        connections.serving = true;
        try {
            lease(connections);
        } finally {
            connections.serving = false;
        }
        Http2Connections.Waiter next = connections.longestWaiting();
        if (next != null && !connections.opening && mayOpen(to, connections)) {
            connections.opening = true;
            open(to, next.connectTimeout(), connections);
        }
    }

    private static void lease(Http2Connections connections) {
        Http2Connections.Waiter next = connections.longestWaiting();
        Http2UpstreamHandler free = next == null ? null : connections.withRoom();
        while (next != null && free != null) {
            connections.served(next);
            free.lease(next.listener());
            next = connections.longestWaiting();
            free = next == null ? null : connections.withRoom();
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
        connections.failed(cause);
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
