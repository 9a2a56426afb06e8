package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.proxy.ExchangeState.RequestSide;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import io.obogateway.route.RouteTimeouts;

/** What an exchange has become whose upstream has switched protocols: a WebSocket, until one of three ends it. */
final class OpenTunnel {
    private final ProxyContext context;
    private final ClientSide client;
    private final UpstreamSide upstream;
    private final ExchangeState state;
    private final RouteTimeouts timeouts;
    private final Runnable finish;
    private final Tunnel tunnel;

    /**
     * @param finish ends the exchange: both ends were told that the gateway closes
     */
    OpenTunnel(ProxyContext context, ClientSide client, UpstreamSide upstream, ExchangeState state, Runnable finish) {
        this.context = context;
        this.client = client;
        this.upstream = upstream;
        this.state = state;
        this.timeouts = upstream.request().forward().route().timeouts();
        this.finish = finish;
        this.tunnel = new Tunnel(client::send, upstream::write);
    }

    /**
     * From here on the content of both messages is what the two ends say to each other.
     *
     * @param response the upstream's, as the client gets it
     */
    void begin(HttpResponse response) {
        context.tunnels().incrementAndGet();
        upstream.request().release();
        state.endsWith(StreamEnd.ofTunnel(upstream.request().forward(), context.clock()));
        state.request = RequestSide.OPEN;
        state.response = ResponseSide.HEAD_SENT;
        upstream.upgrade();
        state.awaitProgress(timeouts);
        client.upgrade(InterimResponse.of(response.status(), response.headers()));
        if (context.draining().get()) {
            onDrain();
        }
    }

    /** Its exchange is over; once. */
    void end() {
        context.tunnels().decrementAndGet();
    }

    /** Passes on what came from the client; takes it. */
    void toUpstream(HttpContent content) {
        tunnel.toUpstream(content);
        passed();
    }

    /** Passes on what came from the upstream; takes it. The last piece says that the upstream has closed. */
    void toClient(HttpContent content) {
        if (content instanceof LastHttpContent) {
            content.release();
            state.response = ResponseSide.ENDED;
            finish.run();
        } else {
            tunnel.toClient(content);
            passed();
        }
    }

    private void passed() {
        if (tunnel.closed()) {
            finish.run();
        } else if (!tunnel.closing()) {
            state.awaitProgress(timeouts);
        }
    }

    /** Nothing came for too long, its token has expired, or the rest of a frame did not come. */
    void onDeadline() {
        close(state.passedEnd() == null ? WebSocketClose.IDLE : WebSocketClose.TOKEN_EXPIRED);
    }

    void onDrain() {
        if (!tunnel.closing()) {
            close(WebSocketClose.STOPPING);
        }
    }

    /** Both ends are told why; where a large frame is on its way, for a moment only. */
    private void close(WebSocketClose reason) {
        if (state.done()) {
            return;
        }
        boolean waitedFor = tunnel.closing();
        tunnel.close(reason);
        if (waitedFor || tunnel.closed()) {
            finish.run();
        } else {
            state.closing();
            upstream.flush();
            client.flush();
        }
    }
}
