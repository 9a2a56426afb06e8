package io.obogateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
    private final Connector connector;
    private final int maxHeaderBytes;
    private final Map<Origin, ArrayDeque<Http1Connection>> idle = new HashMap<>();
    private final Set<Http1Connection> open = new HashSet<>();
    private final ScheduledFuture<?> sweep;

    /**
     * @param maxHeaderBytes of a response; a larger one is malformed
     */
    UpstreamPool(EventLoop loop, Connector connector, int maxHeaderBytes) {
        this.loop = loop;
        this.connector = connector;
        this.maxHeaderBytes = maxHeaderBytes;
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
        connector.connect(
                origin,
                connectTimeout,
                channel -> speakHttp1(origin, channel),
                channel -> lease(channel, listener),
                listener::onConnectFailed);
    }

    private void speakHttp1(Origin origin, Channel channel) {
        UpstreamResponseDecoder decoder = new UpstreamResponseDecoder(maxHeaderBytes);
        channel.pipeline()
                .addLast(decoder)
                .addLast(new HttpRequestEncoder())
                .addLast(new Http1Connection(this, origin, channel, decoder));
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
}
