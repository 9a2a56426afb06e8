package io.obogateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.obogateway.upstream.NoConnectionException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, the idle ones by destination. An idle connection has a read pending, so one that its peer
 * closed or wrote to is gone before it can be picked; the most recently used is picked first, so that a quiet time lets
 * the others expire. Every method is called on the event loop.
 */
public final class UpstreamPool {
    private static final int MAX_IDLE_PER_DESTINATION = 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(55);
    /** So that names are looked up again, and new addresses behind a name or a load balancer get their share. */
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Connector connector;
    private final IntSupplier maxHeaderBytes;
    private final Map<Destination, ArrayDeque<Http1Connection>> idle = new HashMap<>();
    private final Set<Http1Connection> open = new HashSet<>();
    private final LongSupplier nanoTime;
    private final Http2Upstreams http2;
    private final ScheduledFuture<?> sweep;
    private UpstreamPool neighbour = this;

    /**
     * @param maxHeaderBytes of a response; a larger one is malformed; asked for each connection
     * @param nanoTime {@link System#nanoTime()}
     */
    UpstreamPool(EventLoop loop, Connector connector, IntSupplier maxHeaderBytes, LongSupplier nanoTime) {
        this.loop = loop;
        this.connector = connector;
        this.maxHeaderBytes = maxHeaderBytes;
        this.nanoTime = nanoTime;
        this.http2 = new Http2Upstreams(loop, connector, maxHeaderBytes, nanoTime);
        this.sweep = loop.scheduleWithFixedDelay(
                this::closeExpired, SWEEP_INTERVAL.toMillis(), SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    public EventLoop loop() {
        return loop;
    }

    /** The pools form a ring. To be called before anything else. */
    void neighbour(UpstreamPool pool) {
        neighbour = pool;
    }

    /** Leases an idle connection, or opens one; the listener hears of it, at once or later. */
    public void acquire(Destination to, Duration connectTimeout, UpstreamConnection.Listener listener) {
        if (to.origin().http2()) {
            http2.acquire(to, connectTimeout, listener);
            return;
        }
        ArrayDeque<Http1Connection> connections = idle.get(to);
        Http1Connection usable = connections == null ? null : usable(connections);
        if (usable != null) {
            usable.lease(listener);
        } else {
            open(to, connectTimeout, listener);
        }
    }

    /** The most recently used one that still may be used; those that may not, and were used later, are closed. */
    private @Nullable Http1Connection usable(ArrayDeque<Http1Connection> connections) {
        long now = nanoTime.getAsLong();
        for (Http1Connection c = connections.pollLast(); c != null; c = connections.pollLast()) {
            if (!c.isActive()) {
                continue; // it is about to say so
            }
            if (now - c.idleSince <= IDLE_TIMEOUT.toNanos() && !isTooOld(c, now)) {
                return c;
            }
            c.close();
        }
        return null;
    }

    private static boolean isTooOld(Http1Connection connection, long now) {
        return now - connection.openedAt > MAX_AGE.toNanos();
    }

    /**
     * Leases a connection that nobody has used before; of HTTP/2, one that takes requests. Where the destination's
     * connections are bounded and none may be opened, the request waits for one that becomes free, at most for
     * {@code connectTimeout} more.
     */
    public void open(Destination to, Duration connectTimeout, UpstreamConnection.Listener listener) {
        if (to.origin().http2()) {
            http2.acquire(to, connectTimeout, listener);
            return;
        }
        ConnectionSlots slots = to.slots();
        if (slots == null) {
            openInSlot(to, connectTimeout, listener);
            return;
        }
        switch (slots.takeOrAwait(new ConnectionSlots.Waiter(this, to, connectTimeout, listener))) {
            case TAKEN -> openInSlot(to, connectTimeout, listener);
            case WAITS -> freeSlot(slots, this);
            case TOO_MANY_WAIT -> listener.onConnectFailed(new NoConnectionException(Reason.NO_SLOT));
        }
    }

    /** Opens a connection for which there is a slot. */
    void openInSlot(Destination to, Duration connectTimeout, UpstreamConnection.Listener listener) {
        connector.connect(
                to.origin(),
                connectTimeout,
                channel -> speakHttp1(to, channel),
                channel -> lease(to, channel, listener),
                cause -> failed(to, cause, listener));
    }

    /** Who asked for a connection and has not heard yet wants none any more: it keeps nobody waiting who still does. */
    public void leave(Destination to, UpstreamConnection.Listener listener) {
        if (to.origin().http2()) {
            http2.leave(to, listener);
        } else if (to.slots() != null) {
            to.slots().leave(listener);
        }
    }

    private static void failed(Destination to, Throwable cause, UpstreamConnection.Listener listener) {
        giveBack(to.slots());
        listener.onConnectFailed(cause);
    }

    private static void giveBack(@Nullable ConnectionSlots slots) {
        if (slots != null) {
            slots.give();
        }
    }

    private void speakHttp1(Destination destination, Channel channel) {
        UpstreamResponseDecoder decoder = new UpstreamResponseDecoder(maxHeaderBytes.getAsInt());
        channel.pipeline()
                .addLast(decoder)
                .addLast(new HttpRequestEncoder())
                .addLast(new Http1Connection(this, destination, channel, decoder, nanoTime.getAsLong()));
    }

    private void lease(Destination to, Channel channel, UpstreamConnection.Listener listener) {
        if (!channel.isActive()) { // it will not be heard of again
            failed(to, new IOException("it closed the connection at once"), listener);
            return;
        }
        Http1Connection connection = channel.pipeline().get(Http1Connection.class);
        open.add(connection);
        connection.lease(listener);
    }

    /** Takes a connection that has become free; who waits for one gets it at once. */
    void putIdle(Http1Connection connection) {
        Destination destination = connection.destination();
        ConnectionSlots slots = destination.slots();
        long now = nanoTime.getAsLong();
        if (isTooOld(connection, now)) {
            connection.close();
            return;
        }
        if (slots != null && slots.awaited()) {
            ConnectionSlots.Waiter next = slots.next(this, destination);
            if (next != null) {
                connection.lease(next.listener);
                return;
            }
            if (slots.awaited()) { // by others, who cannot use this one but its slot
                connection.close();
                return;
            }
        }
        ArrayDeque<Http1Connection> connections = idle.computeIfAbsent(destination, to -> new ArrayDeque<>());
        if (connections.size() >= MAX_IDLE_PER_DESTINATION) {
            connection.close();
            return;
        }
        connection.idleSince = now;
        connections.addLast(connection);
    }

    /** Has an idle connection closed, here or on another event loop, for the sake of who waits for a slot. */
    private void freeSlot(ConnectionSlots slots, UpstreamPool asker) {
        if (!slots.awaited() || closeIdle(slots) || neighbour == asker) {
            return;
        }
        neighbour.loop.execute(() -> neighbour.freeSlot(slots, asker));
    }

    private boolean closeIdle(ConnectionSlots slots) {
        for (Map.Entry<Destination, ArrayDeque<Http1Connection>> entry : idle.entrySet()) {
            Http1Connection oldest =
                    slots.equals(entry.getKey().slots()) ? entry.getValue().pollFirst() : null;
            if (oldest != null) {
                oldest.close();
                return true;
            }
        }
        return false;
    }

    void removed(Http1Connection connection) {
        if (open.remove(connection)) { // else it never stood, and whoever asked for it hears of that
            giveBack(connection.destination().slots());
        }
        ArrayDeque<Http1Connection> connections = idle.get(connection.destination());
        if (connections != null) {
            connections.remove(connection);
        }
    }

    /** Closes every connection, leased ones too. */
    public void close() {
        sweep.cancel(false);
        Set.copyOf(open).forEach(Http1Connection::close);
        http2.close();
    }

    /** Closes what has been idle for too long. */
    void closeExpired() {
        long now = nanoTime.getAsLong();
        long oldest = now - IDLE_TIMEOUT.toNanos();
        idle.values().forEach(connections -> {
            for (Http1Connection c = connections.peekFirst();
                    c != null && c.idleSince - oldest < 0;
                    c = connections.peekFirst()) {
                connections.pollFirst();
                c.close();
            }
        });
        idle.values().removeIf(ArrayDeque::isEmpty);
        http2.closeExpired(oldest, now - MAX_AGE.toNanos());
    }
}
