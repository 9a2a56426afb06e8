package io.obogateway.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.oauth.UpstreamChallenge;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.proxy.ExchangeState.Phase;
import io.obogateway.proxy.ExchangeState.RequestSide;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.upstream.UpstreamConnection;
import io.obogateway.upstream.UpstreamPool;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request from its head to its log line. */
public final class ProxyExchange implements UpstreamConnection.Listener, Policy.Asker {
    /*
     * State: a phase and the state of the two sides (ExchangeState). Every event starts from it; an event in DONE releases
     * what it carries and returns. Whether a connection may be reused is computed from the sides.
     *
     * Threads: the client channel's event loop and no other; the upstream channel lives on the same loop. The only hop is
     * in Policy, where a decision that had to wait for an identity provider completes elsewhere.
     *
     * Buffers: content given to an event method is taken: passed to a write, which owns it from then on, or released.
     */

    /** For the rest of a frame that is on its way when its WebSocket has to end. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final ProxyContext context;
    private final ProxySettings settings;
    private final UpstreamPool pool;
    private final ClientSide client;
    private final Deadline deadline;
    private final Hop hop;
    private final HttpRequest request;
    private final NettyRequestHead head;
    private final TraceContext trace;
    private final ExchangeFacts facts = new ExchangeFacts();
    private final ExchangeState state = new ExchangeState();
    private final boolean expectsContinue;
    private final boolean grpc;

    private @Nullable Policy policy;
    private @Nullable Decision decided;
    private @Nullable UpstreamSide upstream;
    /** The WebSocket that the exchange has become. */
    private @Nullable Tunnel tunnel;
    /** Of a stream that ends with its token. */
    private @Nullable StreamEnd streamEnd;

    /**
     * @param deadline of the client connection; this exchange owns it until it has ended
     */
    public ProxyExchange(
            ProxyContext context,
            UpstreamPool pool,
            ClientSide client,
            Deadline deadline,
            Hop hop,
            HttpRequest request) {
        this.context = context;
        this.settings = context.settings().get();
        this.pool = pool;
        this.client = client;
        this.deadline = deadline;
        this.hop = hop;
        this.request = request;
        this.head = new NettyRequestHead(request, hop);
        this.trace = TraceContext.of(request.headers().get(HeaderRules.TRACEPARENT));
        this.expectsContinue = HttpUtil.is100ContinueExpected(request);
        this.grpc = GrpcRefusals.applyTo(request);
        facts.startNanos = System.nanoTime();
        facts.traceId = trace.traceId();
        facts.method = request.method().name();
        facts.path = head.path();
    }

    /** Begins. {@code refusal}: the request was found unacceptable before it came here; null if it was not. */
    public void start(@Nullable Refusal refusal) {
        int inFlight = context.inFlight().incrementAndGet();
        deadline.set(settings.decisionTimeout().toNanos());
        if (refusal != null) {
            refuse(refusal);
        } else if (inFlight > settings.maxInFlight()) {
            refuse(ExchangeRefusals.OVERLOADED);
        } else if (!expectsContinue && expects()) {
            refuse(ExchangeRefusals.EXPECTATION);
        } else {
            authorize();
        }
    }

    /** HTTP/1.0 has no expectations (RFC 9110, 10.1.1). */
    private boolean expects() {
        return request.headers().contains(HttpHeaderNames.EXPECT)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    private void authorize() {
        Policy inForce = new Policy(settings.authorizer(), pool.loop(), this);
        policy = inForce;
        inForce.authorize(head);
    }

    @Override
    public void decided(Decision decision) {
        if (state.done()) {
            return;
        }
        decided = decision;
        Route route = decision.route();
        facts.route = route == null ? null : route.name();
        facts.client = decision.client();
        if (decision instanceof Decision.Reject reject) {
            refuse(reject.refusal());
        } else if (decision instanceof Decision.Forward accepted) {
            facts.grant = accepted.grant().configName();
            facts.cache = accepted.outcome() == null ? null : accepted.outcome().label();
            connect(accepted);
        } else {
            FullHttpResponse permission = CorsFields.preflightAnswer();
            answer(permission, permission.status().code());
        }
    }

    private void connect(Decision.Forward accepted) {
        Route route = accepted.route();
        UpstreamSide again = upstream;
        if (again != null) {
            connecting(again);
            again.connectAgain(accepted);
            return;
        }
        if (HttpUtil.getContentLength(request, 0L) > route.maxBodyBytes()) {
            refuse(ExchangeRefusals.contentTooLarge(route.maxBodyBytes()));
            return;
        }
        UpstreamSide side = new UpstreamSide(
                pool,
                this,
                settings.upstreams().of(route.upstream()),
                UpstreamRequest.of(
                        request,
                        accepted,
                        Authority.of(request),
                        hop,
                        trace,
                        state.requestEnded(),
                        settings.replayBodyBytes()));
        upstream = side;
        if (!state.requestEnded()) {
            streamEnd = StreamEnd.of(request, accepted, context.clock());
        }
        connecting(side);
        side.connect();
    }

    private void connecting(UpstreamSide side) {
        state.phase = Phase.CONNECTING;
        deadline.set(side.connectDeadlineNanos());
    }

    @Override
    public void onConnected(UpstreamConnection connection) {
        UpstreamSide side = upstream;
        if (state.done() || side == null) {
            connection.release(true);
            return;
        }
        state.phase = Phase.RELAYING;
        side.begin(connection);
        if (expectsContinue && !state.requestEnded() && !client.requestEndHeld()) {
            client.sendInterim(InterimResponse.sendContent());
        }
        awaitProgress();
        client.pump();
        connection.read();
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        UpstreamSide side = upstream;
        if (state.done() || side == null) {
            return;
        }
        if (side.retryAfterConnectFailed(cause)) {
            connecting(side);
            side.again();
            return;
        }
        failed(side, cause, ExchangeRefusals.noConnection(cause));
    }

    private void failed(UpstreamSide side, Throwable cause, Refusal refusal) {
        context.failures().upstreamFailed(String.valueOf(facts.route), side.toString(), cause);
        refuse(refusal);
    }

    /** Whether content of the request can be passed on now. */
    public boolean wantsContent() {
        UpstreamSide to = upstream;
        return state.phase == Phase.RELAYING && !state.requestEnded() && to != null && to.writable();
    }

    /**
     * Whether the next piece can be taken now. The end of a request without content can be at any time, so that its
     * connection is read on, and a client that leaves is noticed, while the decision is pending.
     */
    public boolean wants(HttpContent next) {
        return wantsContent() || isEmptyEnd(next) && !state.requestEnded() && !state.done() && !connected();
    }

    private boolean connected() {
        UpstreamSide side = upstream;
        return side != null && side.connected();
    }

    private static boolean isEmptyEnd(HttpContent content) {
        return content instanceof LastHttpContent end
                && !end.content().isReadable()
                && end.trailingHeaders().isEmpty()
                && end.decoderResult().isSuccess();
    }

    /** Whether the request has arrived in full, so that what follows on the connection is another's. */
    public boolean requestEnded() {
        return state.requestEnded();
    }

    /** Takes a piece of the request's content; called only for one that {@link #wants} approves of. */
    public void onRequestContent(HttpContent content) {
        UpstreamSide to = upstream;
        if (!state.done() && !connected() && isEmptyEnd(content)) {
            state.request = RequestSide.ENDED;
            if (to != null) {
                to.request().endWithoutContent();
            }
            content.release();
            return;
        }
        if (state.done() || to == null || !to.connected()) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            refuse(ExchangeRefusals.CONTENT_FRAMING);
            return;
        }
        facts.bytesIn += content.content().readableBytes();
        if (tunnel != null) {
            tunnel.toUpstream(content);
            afterTunnelled(tunnel);
            return;
        }
        long maxBytes = to.request().forward().route().maxBodyBytes();
        if (facts.bytesIn > maxBytes) {
            content.release();
            refuse(ExchangeRefusals.contentTooLarge(maxBytes));
            return;
        }
        if (content instanceof LastHttpContent) {
            state.request = RequestSide.ENDED;
        }
        to.write(content);
        awaitProgress();
    }

    /** Sends what {@link #onRequestContent} has written. */
    public void flushUpstream() {
        UpstreamSide to = upstream;
        if (to != null) {
            to.flush();
        }
    }

    @Override
    public void onResponseHead(HttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            onInterim(response);
            return;
        }
        facts.upstreamStatus = response.status().code();
        if (upstream != null) {
            upstream.answered();
        }
        if (refusesOurToken(response)) {
            return;
        }
        if (upstream != null) {
            upstream.request().release(); // it is not sent again
        }
        HeaderRules.toClient(response);
        RouteFields.add(response, decided, request);
        facts.status = response.status().code();
        state.response = ResponseSide.HEAD_SENT;
        if (upstream != null) {
            streamEnd = StreamEnd.of(response, upstream.request().forward(), context.clock());
        }
        client.send(response, state.requestEnded() || client.requestEndHeld());
        awaitProgress();
    }

    private void onInterim(HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            switchProtocols(response);
        } else if (!response.status().equals(HttpResponseStatus.CONTINUE)) { // that one is ours to send
            HeaderRules.toClient(response);
            client.sendInterim(InterimResponse.of(response.status(), response.headers()));
        }
    }

    private void switchProtocols(HttpResponse response) {
        facts.upstreamStatus = response.status().code();
        UpstreamSide side = upstream;
        WebSocketHandshake handshake = side == null ? null : side.request().handshake();
        if (side == null || handshake == null || !state.requestEnded()) {
            refuse(ExchangeRefusals.SWITCHED);
        } else if (!handshake.acceptedBy(response)) {
            refuse(ExchangeRefusals.HANDSHAKE);
        } else {
            handshake.toClient(response);
            tunnel(side, response);
        }
    }

    /** From here on the content of both messages is what the two ends say to each other. */
    private void tunnel(UpstreamSide side, HttpResponse response) {
        facts.status = response.status().code();
        side.request().release();
        state.request = RequestSide.OPEN;
        state.response = ResponseSide.HEAD_SENT;
        Tunnel opened = new Tunnel(client::send, side::write);
        tunnel = opened;
        streamEnd = StreamEnd.ofTunnel(side.request().forward(), context.clock());
        context.tunnels().incrementAndGet();
        side.upgrade();
        awaitProgress();
        client.upgrade(InterimResponse.of(response.status(), response.headers()));
        if (context.draining().get()) {
            close(opened, WebSocketClose.STOPPING);
        }
    }

    private void afterTunnelled(Tunnel open) {
        if (open.closed()) {
            finish();
        } else if (!open.closing()) {
            awaitProgress();
        }
    }

    /** Both ends are told why; where a large frame is on its way, for a moment only. */
    private void close(Tunnel open, WebSocketClose reason) {
        if (state.done()) {
            return;
        }
        boolean waitedFor = open.closing();
        open.close(reason);
        if (waitedFor || open.closed()) {
            finish();
        } else {
            deadline.set(CLOSING.toNanos());
            flushUpstream();
            client.flush();
        }
    }

    /** The gateway is stopping: what would not end by itself ends now. */
    public void onDrain() {
        if (tunnel != null && !tunnel.closing()) {
            close(tunnel, WebSocketClose.STOPPING);
        }
    }

    /**
     * A 401 for a token that we acquired: it is forgotten. With a claims challenge, what the service wants is seen to, and
     * its response goes no further.
     *
     * @return whether the response is dealt with
     */
    private boolean refusesOurToken(HttpResponse response) {
        UpstreamSide side = upstream;
        Policy asked = policy;
        if (!response.status().equals(HttpResponseStatus.UNAUTHORIZED) || asked == null || side == null) {
            return false;
        }
        Decision.Forward forward = side.request().forward();
        if (forward.outcome() == null) {
            return false;
        }
        String claims = UpstreamChallenge.claims(response.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        if (claims == null) {
            asked.upstreamRefused(forward);
            return false;
        }
        side.release(false); // the rest of its response is of no use
        if (side.request().replay()) {
            state.phase = Phase.AUTHORIZING;
            deadline.set(settings.decisionTimeout().toNanos());
            asked.challenged(forward, claims);
        } else {
            refuse(asked.passOn(forward, claims));
        }
        return true;
    }

    @Override
    public void onResponseContent(HttpContent content) {
        if (state.done() || state.response != ResponseSide.HEAD_SENT) {
            content.release();
            return;
        }
        facts.bytesOut += content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        if (tunnel != null && !last) {
            tunnel.toClient(content);
            afterTunnelled(tunnel);
            return;
        }
        if (tunnel == null) {
            client.send(content);
        }
        if (last) {
            state.response = ResponseSide.ENDED;
            finish();
        } else {
            awaitProgress();
        }
    }

    @Override
    public void onReadComplete() {
        client.flush();
    }

    @Override
    public boolean wantsMore() {
        return client.writable();
    }

    @Override
    public void onWritabilityChanged() {
        client.pump();
    }

    /** The client can take more, or no more for now. */
    public void onClientWritabilityChanged() {
        UpstreamSide from = upstream;
        if (from != null && client.writable()) {
            from.read();
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        UpstreamSide side = upstream;
        if (state.done() || side == null || !side.connected()) {
            return;
        }
        if (side.retryAfterBroken(cause)) {
            connecting(side);
            side.again();
            return;
        }
        failed(side, cause, ExchangeRefusals.broken(cause));
    }

    /** The deadline of the present phase has passed. */
    public void onDeadline() {
        if (state.done()) {
            return;
        }
        StreamEnd passed = streamEnd != null && streamEnd.passed() ? streamEnd : null;
        if (tunnel != null) {
            close(tunnel, passed == null ? WebSocketClose.IDLE : WebSocketClose.TOKEN_EXPIRED);
        } else if (passed != null) {
            endStream(passed);
        } else if (state.response != ResponseSide.NONE) {
            finishTruncated();
        } else if (state.phase == Phase.AUTHORIZING) {
            refuse(ExchangeRefusals.NO_DECISION);
        } else if (state.phase == Phase.CONNECTING) {
            timedOut("no connection in time", ExchangeRefusals.NO_CONNECTION);
        } else if (!state.requestEnded() && wantsContent()) {
            refuse(ExchangeRefusals.CONTENT_STOPPED);
        } else {
            timedOut("no answer in time", ExchangeRefusals.NO_ANSWER);
        }
    }

    private void timedOut(String what, Refusal refusal) {
        UpstreamSide side = upstream;
        if (side != null) {
            SocketTimeoutException cause = new SocketTimeoutException(what);
            side.timedOut(cause);
            failed(side, cause, refusal);
        }
    }

    /** Its token has expired: it ends in a way that its client takes for an end, or for a refusal. */
    private void endStream(StreamEnd end) {
        if (state.response == ResponseSide.NONE) {
            refuse(ExchangeRefusals.EXPIRED);
            return;
        }
        client.send(end.last());
        state.response = ResponseSide.ENDED;
        finish();
    }

    /** Something threw that should not have: the log has it, the client gets an answer if it can still have one. */
    @Override
    public void onDefect() {
        refuse(ExchangeRefusals.DEFECT);
    }

    /** The client closed its connection. */
    public void onClientGone() {
        if (!state.done()) {
            end();
        }
    }

    private void awaitProgress() {
        UpstreamSide side = upstream;
        if (side != null) {
            RouteTimeouts timeouts = side.request().forward().route().timeouts();
            boolean awaitingHead = state.requestEnded() && state.response == ResponseSide.NONE;
            long nanos = (awaitingHead ? timeouts.response() : timeouts.streamIdle()).toNanos();
            deadline.set(streamEnd == null ? nanos : streamEnd.within(nanos));
        }
    }

    private void refuse(Refusal refusal) {
        if (state.done()) {
            return;
        }
        facts.code = refusal.code().code();
        if (state.response != ResponseSide.NONE) {
            finishTruncated();
            return;
        }
        FullHttpResponse problem = ErrorResponses.of(refusal, facts.route, facts.traceId);
        answer(
                grpc ? GrpcRefusals.of(refusal, problem) : problem,
                refusal.code().status());
    }

    /** Answers in the upstream's place; takes the response. */
    private void answer(FullHttpResponse response, int status) {
        RouteFields.add(response, decided, request);
        facts.status = status;
        state.response = ResponseSide.ENDED;
        boolean reusable = state.requestEnded() || client.requestEndHeld();
        facts.bytesOut = response.content().readableBytes();
        client.send(response, reusable);
        finish();
    }

    /** The response is complete: give back what can be used again. */
    private void finish() {
        if (upstream != null) {
            upstream.release(state.complete());
        }
        end();
        client.flush();
        client.ended();
    }

    private void finishTruncated() {
        end();
        client.abort();
    }

    /** The only way into DONE. */
    private void end() {
        state.phase = Phase.DONE;
        deadline.clear();
        if (upstream != null) {
            upstream.end();
        }
        context.inFlight().decrementAndGet();
        if (tunnel != null) {
            context.tunnels().decrementAndGet();
        }
        facts.endNanos = System.nanoTime();
        context.finished().accept(facts);
    }
}
