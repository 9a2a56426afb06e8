package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/** The client's half of an exchange: how a {@link ProxyExchange} answers. Called on the exchange's event loop. */
public interface ClientSide {
    /** Sends an interim response (1xx); takes it. */
    void sendInterim(HttpResponse head);

    /**
     * Writes the final response head; takes it.
     *
     * @param reusable whether the exchange, for its part, leaves the connection fit for another
     */
    void send(HttpResponse head, boolean reusable);

    /**
     * Writes the head that turns this request's way to the client into a tunnel (101, in HTTP/2 200); takes it. From here on the content
     * of the request and of the response is the bytes that come and go, those included that came too early.
     */
    void upgrade(HttpResponse head);

    /** Writes a piece of the response; takes it. */
    void send(HttpContent content);

    void flush();

    /** Whether the client takes more without it piling up here. */
    boolean writable();

    /** Delivers held content if {@link ProxyExchange#wants}, and reads on where that makes sense. */
    void pump();

    /** Whether the rest of the request has been received already and only waits to be delivered. */
    boolean requestEndHeld();

    /** The response is written in full; the exchange is over. */
    void ended();

    /** The response cannot be completed: close, so that the client sees it is truncated. */
    void abort();
}
