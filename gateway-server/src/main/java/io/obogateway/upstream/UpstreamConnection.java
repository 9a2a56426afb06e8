package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * A lease of the way to an origin, for one exchange: write a request, read a response, then {@link #release(boolean)}
 * exactly once. Whatever is spoken on the wire, messages are those of HTTP/1.1. Every method is called on the event loop
 * of the pool it comes from.
 */
public interface UpstreamConnection {

    /** Who uses the connection: told of everything that happens on it while it is leased, on its event loop. */
    interface Listener {
        /** The connection is leased to this listener. */
        void onConnected(UpstreamConnection connection);

        /** No connection could be had. */
        void onConnectFailed(Throwable cause);

        /** A response head, final or interim (1xx). */
        void onResponseHead(HttpResponse head);

        /**
         * Takes a piece of the response's content; a {@link LastHttpContent} ends the response.
         */
        void onResponseContent(HttpContent content);

        /** No more to read for now: a good moment to flush what came of it. */
        void onReadComplete();

        /** Whether the next piece may be read. */
        boolean wantsMore();

        /** The connection can take more, or no more for now. */
        void onWritabilityChanged();

        /** The connection is gone, or what it sent is no HTTP, before the response was complete. */
        void onBroken(Throwable cause);
    }

    /** Whether an earlier request has already used it: such a connection may have died unnoticed. */
    boolean reused();

    /** Whether the origin has said that it has done nothing with the request, so that any may be sent again (RFC 9113, 8.7). */
    boolean unprocessed();

    /** Whether any of a response has arrived in this lease, be it nonsense. */
    boolean responseBegun();

    /** Whether it takes more without it piling up here. */
    boolean writable();

    /** Writes a request's head; takes it. Nothing is sent before {@link #flush()}. */
    void write(HttpRequest head);

    /** Writes a piece of a request's content; takes it. */
    void write(HttpContent content);

    /** Whether a request may ask to make a tunnel of it: over HTTP/2 only where the origin has said so (RFC 8441, 3). */
    boolean upgradable();

    /**
     * Makes a tunnel of the connection, while the listener is told of the response head that permits it (101). From then on
     * the content of the request and of the response is the bytes that go and come; the response ends when the origin
     * closes. What was written is still sent after {@link #release(boolean)}.
     */
    void upgrade();

    void flush();

    /** Asks for the next piece; does nothing while one is already asked for. */
    void read();

    /**
     * Ends the lease; the listener hears nothing more. The connection may serve another exchange if the caller permits it
     * and both messages are complete, else what is unfinished is abandoned in a way that the origin notices.
     */
    void release(boolean reusable);
}
