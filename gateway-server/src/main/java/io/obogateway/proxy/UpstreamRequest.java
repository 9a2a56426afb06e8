package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.route.Upstream;
import io.obogateway.upstream.Origin;
import io.obogateway.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/** A request as its upstream gets it, and whether it may be sent once more. */
final class UpstreamRequest {
    private final HttpRequest head;
    private final ExchangeState state;
    private final boolean preservesHost;
    private final boolean idempotent;
    private final @Nullable ReplayBody body;
    private final @Nullable WebSocketHandshake handshake;
    private Decision.Forward forward;
    private @Nullable Origin addressed;
    private long contentBytes;
    private boolean replayed;

    private UpstreamRequest(
            HttpRequest head,
            ExchangeState state,
            Decision.Forward forward,
            boolean preservesHost,
            boolean idempotent,
            @Nullable ReplayBody body,
            @Nullable WebSocketHandshake handshake) {
        this.head = head;
        this.state = state;
        this.forward = forward;
        this.preservesHost = preservesHost;
        this.idempotent = idempotent;
        this.body = body;
        this.handshake = handshake;
    }

    /**
     * Makes a client's request the upstream's, in place.
     *
     * @param state of its exchange, which knows when it has ended
     * @param replayBytes how much content may be held so that it can be sent again
     */
    static UpstreamRequest of(
            HttpRequest head,
            Decision.Forward forward,
            String host,
            Hop hop,
            TraceContext trace,
            ExchangeState state,
            int replayBytes) {
        boolean idempotent = isIdempotent(head.method().name());
        boolean refusable = forward.route().upstream().protocol() == Upstream.Protocol.HTTP2;
        boolean held = !state.requestEnded()
                && (idempotent || refusable || forward.outcome() != null)
                && mayBeHeld(head, replayBytes);
        WebSocketHandshake handshake = WebSocketHandshake.of(head);
        HeaderRules.toUpstream(head, forward, host, hop, trace);
        if (handshake != null) {
            handshake.toUpstream(head.headers());
        }
        return new UpstreamRequest(
                head,
                state,
                forward,
                !host.isEmpty() && forward.route().preserveHost(),
                idempotent,
                held ? new ReplayBody(replayBytes) : null,
                handshake);
    }

    private static boolean mayBeHeld(HttpRequest head, int replayBytes) {
        return HttpUtil.isTransferEncodingChunked(head)
                || HttpUtil.isContentLengthSet(head) && HttpUtil.getContentLength(head, 0L) <= replayBytes;
    }

    /** The WebSocket handshake that it is; null if it is none. */
    @Nullable
    WebSocketHandshake handshake() {
        return handshake;
    }

    Decision.Forward forward() {
        return forward;
    }

    /**
     * Writes the head and, of a request that is sent again or has no content, all the rest.
     *
     * @param origin of the address that the connection leads to
     */
    void begin(UpstreamConnection connection, Origin origin) {
        if (!origin.equals(addressed)) {
            addressed = origin;
            HeaderRules.address(head, forward.target(), origin, preservesHost);
        }
        if (ended() && (body == null || !body.complete())) {
            connection.write(wholeWithoutContent());
            return;
        }
        connection.write(head);
        if (ended() && body != null) {
            body.sendTo(connection);
        }
    }

    /** As one message, which takes one way through the pipeline and one buffer. */
    private HttpRequest wholeWithoutContent() {
        return new DefaultFullHttpRequest(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                head.headers(),
                EmptyHttpHeaders.INSTANCE,
                false); // its line was validated when it was made
    }

    /** Writes a piece of content; takes it. */
    void write(HttpContent content, UpstreamConnection connection) {
        contentBytes += content.content().readableBytes();
        if (content instanceof LastHttpContent last) {
            HeaderRules.trailersToUpstream(last.trailingHeaders());
        }
        if (body != null) {
            body.hold(content);
        }
        connection.write(content);
    }

    /** Whether it may be sent again although the upstream may have acted on it (RFC 9110, 9.2.2): all of it has to be here. */
    boolean repeatable() {
        return idempotent && whole();
    }

    /** Whether its end has come in. */
    boolean ended() {
        return state.requestEnded();
    }

    /** Whether all of it is here, so that it can be sent again. */
    boolean whole() {
        return ended() && (contentBytes == 0 || body != null && body.complete());
    }

    private static boolean isIdempotent(String method) { // RFC 9110, 9.2.2
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Whether it may be sent again, once, with another token: all of it has to be here. */
    boolean replay() {
        boolean may = !replayed && whole();
        replayed |= may;
        return may;
    }

    /** Is from now on the request with another token. */
    void replaceToken(Decision.Forward with) {
        String authorization = with.authorization();
        if (authorization == null) {
            throw new IllegalStateException("a request is sent again with a token, or not at all");
        }
        forward = with;
        HeaderRules.authorize(head.headers(), authorization);
    }

    /** The response has begun, or there will be none: nothing is sent again. */
    void release() {
        if (body != null) {
            body.release();
        }
    }
}
