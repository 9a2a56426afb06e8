package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.obogateway.access.Decision;
import io.obogateway.upstream.NoConnectionException;
import io.obogateway.upstream.UpstreamAddress;
import io.obogateway.upstream.UpstreamConnection;
import io.obogateway.upstream.UpstreamGroup;
import io.obogateway.upstream.UpstreamPool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's half of an exchange: the request as the upstream gets it, the address it goes to, and the connection it is
 * sent on; others when the request is sent once more. It is the only one that releases the lease.
 */
final class UpstreamSide {
    /*
     * A try is one address and one connection to it. After a try has failed, retryAfter... says whether there is another
     * one, which again() begins: between the two the exchange puts its own state right, for again() may call it back.
     *
     * What a failed try permits. No connection: nothing was sent, so any request may go to another address, and no budget
     * is asked, because the load of the upstream does not grow. A connection that had been idle and broke before a
     * response: it may have been closed just as it was picked, so once, on a new connection to the same address; likewise
     * once to the same address where the origin says that it did nothing with the request. Any other connection that broke
     * before a response: to another address, within the upstream's retry budget. All but the first only for what is wholly
     * here, and idempotent or unprocessed.
     */

    private final UpstreamPool pool;
    private final UpstreamConnection.Listener exchange;
    private final UpstreamGroup group;
    private final UpstreamRequest request;
    private @Nullable UpstreamAddress address;
    private @Nullable UpstreamConnection connection;
    private int retriesLeft;
    private long tried;
    private boolean fresh;
    private boolean unflushed;

    UpstreamSide(
            UpstreamPool pool, UpstreamConnection.Listener exchange, UpstreamGroup group, UpstreamRequest request) {
        this.pool = pool;
        this.exchange = exchange;
        this.group = group;
        this.request = request;
        this.retriesLeft = request.forward().route().retries();
    }

    UpstreamRequest request() {
        return request;
    }

    /** Chooses an address and asks for a connection; the exchange hears of it, at once or later. */
    void connect() {
        UpstreamAddress chosen = group.choose();
        if (chosen == null) {
            exchange.onConnectFailed(new NoConnectionException(NoConnectionException.Reason.CIRCUIT_OPEN));
        } else {
            fresh = false;
            choose(chosen);
            again();
        }
    }

    /** Sends the whole request once more, with another token; {@link UpstreamRequest#replay} has approved. */
    void connectAgain(Decision.Forward with) {
        request.replaceToken(with);
        connect();
    }

    private void choose(UpstreamAddress chosen) {
        leaveAddress();
        address = chosen;
        tried |= chosen.bit();
        chosen.begin();
    }

    private void leaveAddress() {
        UpstreamAddress left = address;
        address = null;
        if (left != null) {
            left.end();
        }
    }

    /** Begins the try that was decided on: asks for a connection. */
    void again() {
        UpstreamAddress to = address;
        if (to == null) {
            throw new IllegalStateException("an address is chosen first");
        }
        if (fresh) {
            pool.open(to.destination(), connectTimeout(), exchange);
        } else {
            pool.acquire(to.destination(), connectTimeout(), exchange);
        }
    }

    private Duration connectTimeout() {
        return request.forward().route().timeouts().connect();
    }

    /** How long a connection may take in all; its steps have deadlines of their own, which come first. */
    long connectDeadlineNanos() {
        return connectTimeout().toNanos() * (group.bounded() ? 3 : 2);
    }

    /** Begins the request on the connection that was asked for. */
    void begin(UpstreamConnection leased) {
        UpstreamAddress to = address;
        if (to == null) {
            throw new IllegalStateException("a connection leads to an address");
        }
        connection = leased;
        unflushed = true;
        request.begin(leased, to.destination().origin());
    }

    boolean connected() {
        return connection != null;
    }

    /** Whether it is connected and takes more without it piling up here. */
    boolean writable() {
        UpstreamConnection to = connection;
        return to != null && to.writable();
    }

    /** Writes a piece of the request's content, while connected; takes it. */
    void write(HttpContent content) {
        UpstreamConnection to = connection;
        if (to == null) {
            content.release();
            throw new IllegalStateException("content is passed on only while there is a connection");
        }
        unflushed = true;
        request.write(content, to);
    }

    /** The response head that has just come turns the connection into a tunnel. */
    void upgrade() {
        UpstreamConnection to = connection;
        if (to != null) {
            to.upgrade();
        }
    }

    void flush() {
        UpstreamConnection to = connection;
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
        }
    }

    void read() {
        UpstreamConnection from = connection;
        if (from != null) {
            from.read();
        }
    }

    /** A final response has begun. */
    void answered() {
        UpstreamAddress by = address;
        if (by != null) {
            by.succeeded();
        }
    }

    /** Nothing has come within the deadline, be it a connection or a response. */
    void timedOut(Throwable cause) {
        UpstreamAddress silent = address;
        if (silent != null) {
            silent.failed(cause);
        }
    }

    /**
     * No connection could be had.
     *
     * @return whether there is another try
     */
    boolean retryAfterConnectFailed(Throwable cause) {
        UpstreamAddress unreached = address;
        if (unreached == null || cause instanceof NoConnectionException) {
            return false;
        }
        unreached.failed(cause);
        return otherAddress(false);
    }

    /**
     * The connection broke: it is no longer leased.
     *
     * @return whether there is another try
     */
    boolean retryAfterBroken(Throwable cause) {
        UpstreamConnection broken = connection;
        UpstreamAddress at = address;
        connection = null;
        if (broken == null || at == null || broken.responseBegun()) {
            return false;
        }
        boolean unprocessed = broken.unprocessed();
        boolean repeatable = unprocessed ? request.whole() : request.repeatable();
        if ((broken.reused() || unprocessed) && !fresh && repeatable) {
            fresh = true;
            return true;
        }
        if (!broken.reused() && !unprocessed && request.ended()) { // else it may be a client too slow for the service
            at.failed(cause);
        }
        return repeatable && otherAddress(true);
    }

    private boolean otherAddress(boolean withinBudget) {
        UpstreamAddress other = retriesLeft > 0 ? group.chooseOther(tried) : null;
        if (other == null || withinBudget && !group.mayRetry()) {
            return false;
        }
        retriesLeft--;
        fresh = false;
        group.retried();
        choose(other);
        return true;
    }

    /** Gives the connection back, if there is one. */
    void release(boolean reusable) {
        UpstreamConnection used = connection;
        connection = null;
        if (used != null) {
            used.release(reusable);
        }
    }

    /** The exchange is over: nothing of it is needed any more. */
    void end() {
        request.release();
        release(false);
        leaveAddress();
    }

    /** Where the request went last: for logs, never for a client. */
    @Override
    public String toString() {
        return (address == null ? group : address).toString();
    }
}
