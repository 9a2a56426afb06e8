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
        private final long since = System.nanoTime();
        private @Nullable Future<?> deadline;
        /** Of an attempt to open a connection, while it has waited. */
        private @Nullable Failure failure;

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

        private void waitsNoMore() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    /** Of one attempt to open a connection, however many have waited for it: one failure of the address, not one of each. */
    private static final class Failure {
        private final Throwable cause;
        private boolean told;

        Failure(Throwable cause) {
            this.cause = cause;
        }

        /** What the next one is told. */
        Throwable tell() {
            if (told && !(cause instanceof ProxyCredentialsException)) { // which is never counted
                return new ConnectionAttemptException(cause);
            }
            told = true;
            return cause;
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
        giveUpAfter(patience.toNanos(), waiter);
        waiting.addLast(waiter);
    }

    private void giveUpAfter(long nanos, Waiter waiter) {
        waiter.deadline = loop.schedule(() -> giveUp(waiter), nanos, TimeUnit.NANOSECONDS);
    }

    private void giveUp(Waiter waiter) {
        if (waiting.remove(waiter)) {
            Failure failure = waiter.failure;
            waiter.listener.onConnectFailed(
                    failure == null ? new NoConnectionException(NoConnectionException.Reason.NO_SLOT) : failure.tell());
        }
    }

    /**
     * An attempt to open one has failed. Where others stand, who waits goes on waiting for room on those, no longer than
     * where none may be opened; else all hear of it.
     */
    void failed(Throwable cause) {
        Failure failure = new Failure(cause);
        if (noneStays()) {
            for (Waiter waiter : allWaiters()) {
                waiter.waitsNoMore();
                waiter.listener.onConnectFailed(failure.tell());
            }
            return;
        }
        long now = System.nanoTime();
        for (Waiter waiter : waiting) {
            if (waiter.failure == null) {
                waiter.failure = failure;
                waiter.waitsNoMore();
                giveUpAfter(Math.max(0, waiter.connectTimeout.toNanos() - (now - waiter.since)), waiter);
            }
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
        waiter.waitsNoMore();
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

    private List<Waiter> allWaiters() {
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
