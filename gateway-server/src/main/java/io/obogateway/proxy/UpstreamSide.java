package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.obogateway.access.Decision;
import io.obogateway.upstream.UpstreamConnection;
import io.obogateway.upstream.UpstreamPool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's half of an exchange: the request as the upstream gets it, and the connection it is sent on; another one
 * when the request is sent once more. It is the only one that releases the lease.
 */
final class UpstreamSide {
    private final UpstreamPool pool;
    private final UpstreamConnection.Listener exchange;
    private final UpstreamRequest request;
    private @Nullable UpstreamConnection connection;
    private boolean unflushed;

    UpstreamSide(UpstreamPool pool, UpstreamConnection.Listener exchange, UpstreamRequest request) {
        this.pool = pool;
        this.exchange = exchange;
        this.request = request;
    }

    UpstreamRequest request() {
        return request;
    }

    /** Asks for a connection; the exchange hears of it, at once or later. */
    void connect() {
        pool.acquire(request.origin(), connectTimeout(), exchange);
    }

    private Duration connectTimeout() {
        return request.forward().route().timeouts().connect();
    }

    /** Begins the request on the connection that was asked for. */
    void begin(UpstreamConnection leased) {
        connection = leased;
        unflushed = true;
        request.begin(leased);
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

    /**
     * The connection broke: it is no longer leased.
     *
     * @return whether the request goes out once more, on another connection
     */
    boolean retryAfterBreak() {
        UpstreamConnection broken = connection;
        connection = null;
        if (broken == null || !request.retry(broken)) {
            return false;
        }
        pool.open(request.origin(), connectTimeout(), exchange);
        return true;
    }

    /** Sends the whole request once more, with another token; {@link UpstreamRequest#replay} has approved. */
    void connectAgain(Decision.Forward with) {
        request.replaceToken(with);
        connect();
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
    }
}
