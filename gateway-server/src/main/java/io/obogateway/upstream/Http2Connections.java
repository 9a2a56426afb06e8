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
        private final Duration timeout;
        private final UpstreamConnection.Listener listener;
        private @Nullable Future<?> deadline;

        private Waiter(Duration timeout, UpstreamConnection.Listener listener) {
            this.timeout = timeout;
            this.listener = listener;
        }

        Duration timeout() {
            return timeout;
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

    void add(Http2UpstreamHandler connection) {
        open.add(connection);
    }

    void remove(Http2UpstreamHandler connection) {
        open.remove(connection);
    }

    void await(Duration timeout, UpstreamConnection.Listener listener) {
        if (waiting.size() >= MAX_WAITING) {
            listener.onConnectFailed(new NoConnectionException(NoConnectionException.Reason.NO_SLOT));
            return;
        }
        Waiter waiter = new Waiter(timeout, listener);
        waiter.deadline = loop.schedule(() -> giveUp(waiter), timeout.toMillis(), TimeUnit.MILLISECONDS);
        waiting.addLast(waiter);
    }

    /** Puts a waiter back to where it was taken from. */
    void waitOn(Waiter waiter) {
        waiting.addFirst(waiter);
    }

    private void giveUp(Waiter waiter) {
        if (waiting.remove(waiter)) {
            waiter.listener.onConnectFailed(new NoConnectionException(NoConnectionException.Reason.NO_SLOT));
        }
    }

    @Nullable
    Waiter nextWaiter() {
        return waiting.pollFirst();
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
