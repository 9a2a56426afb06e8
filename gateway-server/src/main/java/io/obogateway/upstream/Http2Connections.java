package io.obogateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one destination that speak HTTP/2, and the exchanges that wait for room on one. */
final class Http2Connections {
    private static final int MAX_WAITING = 1024;

    /** An exchange that waits, within a deadline. */
    static final class Waiter {
        private final Duration connectTimeout;
        private final UpstreamConnection.Listener listener;
        private @Nullable Future<?> deadline;

        private Waiter(Duration connectTimeout, UpstreamConnection.Listener listener) {
            this.connectTimeout = connectTimeout;
            this.listener = listener;
        }

        Duration connectTimeout() {
            return connectTimeout;
        }

        UpstreamConnection.Listener listener() {
            return listener;
        }

        void served() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    private final EventLoop loop;
    private final List<Http2UpstreamHandler> open = new ArrayList<>();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();

    /** Whether one more is on its way. */
    boolean opening;

    /** Whether room is being given to who waits for it. */
    boolean serving;

    Http2Connections(EventLoop loop) {
        this.loop = loop;
    }

    @Nullable
    Http2UpstreamHandler withRoom() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).hasRoom()) {
                return open.get(i);
            }
        }
        return null;
    }

    /** Whether there is one, without leases and without room: its service takes no requests, on no connection. */
    boolean permitNothing() {
        for (int i = 0; i < open.size(); i++) {
            Http2UpstreamHandler connection = open.get(i);
            if (connection.idle() && !connection.leaving() && !connection.hasRoom()) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is none but such as only end what they have begun. */
    boolean noneStays() {
        for (int i = 0; i < open.size(); i++) {
            if (!open.get(i).leaving()) {
                return false;
            }
        }
        return true;
    }

    void add(Http2UpstreamHandler connection) {
        open.add(connection);
    }

    void remove(Http2UpstreamHandler connection) {
        open.remove(connection);
    }

    /**
     * @param connectTimeout of the connection that may be opened for it
     * @param patience how long it waits
     */
    void await(Duration connectTimeout, Duration patience, UpstreamConnection.Listener listener) {
        if (waiting.size() >= MAX_WAITING) {
            listener.onConnectFailed(new NoConnectionException(NoConnectionException.Reason.NO_SLOT));
            return;
        }
        Waiter waiter = new Waiter(connectTimeout, listener);
        waiter.deadline = loop.schedule(() -> giveUp(waiter), patience.toMillis(), TimeUnit.MILLISECONDS);
        waiting.addLast(waiter);
    }

    private void giveUp(Waiter waiter) {
        if (waiting.remove(waiter)) {
            waiter.listener.onConnectFailed(new NoConnectionException(NoConnectionException.Reason.NO_SLOT));
        }
    }

    /** Who has waited longest; null: nobody waits. */
    @Nullable
    Waiter longestWaiting() {
        return waiting.peekFirst();
    }

    /** It waits no more. */
    void served(Waiter waiter) {
        waiting.remove(waiter);
        waiter.served();
    }

    /** It wants no room any more. */
    void leave(UpstreamConnection.Listener listener) {
        for (Waiter waiter : waiting) {
            if (waiter.listener.equals(listener)) {
                served(waiter);
                return;
            }
        }
    }

    List<Waiter> allWaiters() {
        List<Waiter> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    void retire(long idleBefore, long openedBefore) {
        for (Http2UpstreamHandler connection : List.copyOf(open)) {
            if (connection.idle() && connection.idleSince - idleBefore < 0 || connection.openedAt - openedBefore < 0) {
                connection.retire();
            }
        }
    }

    boolean isUnused() {
        return open.isEmpty() && waiting.isEmpty() && !opening;
    }

    void close() {
        List.copyOf(open).forEach(Http2UpstreamHandler::close);
    }
}
