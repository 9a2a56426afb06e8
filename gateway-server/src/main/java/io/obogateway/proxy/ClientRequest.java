package io.obogateway.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.http.RequestHead;
import io.obogateway.observe.ExchangeFacts;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A request as its client sent it: what it asks for, and what its answers need to know of it. */
final class ClientRequest {
    private final HttpRequest request;
    private final Hop hop;
    private final NettyRequestHead head;
    private final TraceContext trace;
    private final boolean expectsContinue;
    private final boolean grpc;

    ClientRequest(HttpRequest request, Hop hop) {
        this.request = request;
        this.hop = hop;
        this.head = new NettyRequestHead(request, hop);
        this.trace = TraceContext.of(request.headers().get(HeaderRules.TRACEPARENT));
        this.expectsContinue = HttpUtil.is100ContinueExpected(request);
        this.grpc = GrpcRefusals.applyTo(request);
    }

    /** What is known of its exchange when it begins. */
    ExchangeFacts facts() {
        ExchangeFacts facts = new ExchangeFacts();
        facts.startNanos = System.nanoTime();
        facts.traceId = trace.traceId();
        facts.method = request.method().name();
        facts.path = head.path();
        return facts;
    }

    /** As the policy sees it. */
    RequestHead head() {
        return head;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether it expects what nobody here can do. HTTP/1.0 has no expectations (RFC 9110, 10.1.1). */
    boolean expectsAnythingElse() {
        return !expectsContinue
                && request.headers().contains(HttpHeaderNames.EXPECT)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    /** How much content it has announced; 0 if it did not say. */
    long announcedBytes() {
        return HttpUtil.getContentLength(request, 0L);
    }

    /** Makes it the upstream's, in place; arguments as in {@link UpstreamRequest#of}. */
    UpstreamRequest toUpstream(Decision.Forward accepted, ExchangeState state, int replayBytes) {
        return UpstreamRequest.of(request, accepted, Authority.of(request), hop, trace, state, replayBytes);
    }

    /** When its exchange ends if the request is a stream; null: it ends by itself. */
    @Nullable
    StreamEnd streamEnd(Decision.Forward accepted, InstantSource clock) {
        return StreamEnd.of(request, accepted, clock);
    }

    /** Adds what its route says to a final response. */
    void addRouteFields(HttpResponse response, @Nullable Decision decided) {
        RouteFields.add(response, decided, request);
    }

    /** A refusal as its client understands it. */
    FullHttpResponse refusal(Refusal refusal, @Nullable String route) {
        FullHttpResponse problem = ErrorResponses.of(refusal, route, trace.traceId());
        return grpc ? GrpcRefusals.of(refusal, problem) : problem;
    }

    /** Whether a piece of content only says that there is no more. */
    static boolean isEmptyEnd(HttpContent content) {
        return content instanceof LastHttpContent end
                && !end.content().isReadable()
                && end.trailingHeaders().isEmpty()
                && end.decoderResult().isSuccess();
    }
}
