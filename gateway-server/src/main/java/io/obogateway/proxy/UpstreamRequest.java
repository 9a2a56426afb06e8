package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.http.OutboundProxy;
import io.obogateway.route.Upstream;
import io.obogateway.upstream.Origin;
import io.obogateway.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/** A request as its upstream gets it, and whether it may be sent once more. */
final class UpstreamRequest {
    private final HttpRequest head;
    private final Origin origin;
    private final @Nullable ReplayBody body;
    private Decision.Forward forward;
    private long contentBytes;
    private boolean ended;
    private boolean retried;
    private boolean replayed;

    private UpstreamRequest(HttpRequest head, Origin origin, Decision.Forward forward, @Nullable ReplayBody body) {
        this.head = head;
        this.origin = origin;
        this.forward = forward;
        this.body = body;
    }

    /**
     * Makes a client's request the upstream's, in place.
     *
     * @param ended whether it has ended already, without content
     * @param replayBytes how much content may be held for a replay
     * @param proxy for upstreams that ask for it; null: none
     */
    static UpstreamRequest of(
            HttpRequest head,
            Decision.Forward forward,
            String host,
            Hop hop,
            TraceContext trace,
            boolean ended,
            int replayBytes,
            @Nullable OutboundProxy proxy) {
        Upstream upstream = forward.route().upstream();
        Origin origin =
                Origin.of(upstream.url()).with(upstream.tls()).through(upstream.useOutboundProxy() ? proxy : null);
        boolean held = forward.outcome() != null && !ended && mayBeHeld(head, replayBytes);
        HeaderRules.toUpstream(head, forward, origin, host, hop, trace);
        UpstreamRequest request = new UpstreamRequest(head, origin, forward, held ? new ReplayBody(replayBytes) : null);
        request.ended = ended;
        return request;
    }

    private static boolean mayBeHeld(HttpRequest head, int replayBytes) {
        return HttpUtil.isTransferEncodingChunked(head)
                || HttpUtil.isContentLengthSet(head) && HttpUtil.getContentLength(head, 0L) <= replayBytes;
    }

    Origin origin() {
        return origin;
    }

    Decision.Forward forward() {
        return forward;
    }

    /** Writes the head and, of a request that is sent again or has no content, all the rest. */
    void begin(UpstreamConnection connection) {
        connection.write(head);
        if (replayed && body != null && body.complete()) {
            body.sendTo(connection);
        } else if (ended) {
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** It has no content, as turns out while its connection is being had. */
    void endWithoutContent() {
        ended = true;
    }

    /** Writes a piece of content; takes it. */
    void write(HttpContent content, UpstreamConnection connection) {
        contentBytes += content.content().readableBytes();
        if (content instanceof LastHttpContent last) {
            ended = true;
            HeaderRules.trailersToUpstream(last.trailingHeaders());
        }
        if (body != null) {
            body.hold(content);
        }
        connection.write(content);
    }

    /**
     * Whether it may be sent again, once, after its connection broke: that had been idle and may have been closed just as
     * it was picked, so that the service saw nothing of this.
     */
    boolean retry(UpstreamConnection broken) {
        boolean may = !retried
                && broken.reused()
                && !broken.responseBegun()
                && ended
                && contentBytes == 0
                && isIdempotent(head.method().name());
        retried |= may;
        return may;
    }

    private static boolean isIdempotent(String method) { // RFC 9110, 9.2.2
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Whether it may be sent again, once, with another token: all of it has to be here. */
    boolean replay() {
        boolean may = !replayed && ended && (contentBytes == 0 || body != null && body.complete());
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
        head.headers().set(HttpHeaderNames.AUTHORIZATION, authorization);
    }

    /** The response has begun, or there will be none: nothing is sent again. */
    void release() {
        if (body != null) {
            body.release();
        }
    }
}
