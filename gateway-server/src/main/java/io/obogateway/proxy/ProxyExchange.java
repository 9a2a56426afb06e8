package io.obogateway.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.proxy.ExchangeState.Phase;
import io.obogateway.proxy.ExchangeState.RequestSide;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import io.obogateway.route.Route;
import io.obogateway.upstream.UpstreamPool;
import org.jspecify.annotations.Nullable;

/** One request from its head to its log line. */
public final class ProxyExchange implements UpstreamSide.Exchange, Policy.Asker {
    /*
     * State: a phase and the state of the two sides (ExchangeState). Every event starts from it; an event in DONE releases
     * what it carries and returns. Whether a connection may be reused is computed from the sides.
     *
     * Threads: the client channel's event loop and no other; the upstream channel lives on the same loop. The only hop is
     * in Policy, where a decision that had to wait for an identity provider completes elsewhere.
     *
     * Buffers: content given to an event method is taken: passed to a write, which owns it from then on, or released.
     */

    private final ProxyContext context;
    private final ProxySettings settings;
    private final UpstreamPool pool;
    private final ClientSide client;
    private final ClientRequest request;
    private final ExchangeFacts facts;
    private final ExchangeState state;
    private final ClientResponse response;

    private @Nullable Policy policy;
    private @Nullable Decision decided;
    private @Nullable UpstreamSide upstream;
    /** What the exchange has become. */
    private @Nullable OpenTunnel tunnel;

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
        this.request = new ClientRequest(request, hop);
        this.facts = this.request.facts();
        this.state = new ExchangeState(deadline);
        this.response = new ClientResponse(client, this.request, facts, state);
    }

    /** Begins. {@code refusal}: the request was found unacceptable before it came here; null if it was not. */
    public void start(@Nullable Refusal refusal) {
        int inFlight = context.inFlight().incrementAndGet();
        if (refusal != null) {
            refuse(refusal);
        } else if (inFlight > settings.maxInFlight()) {
            refuse(ExchangeRefusals.OVERLOADED);
        } else if (request.expectsAnythingElse()) {
            refuse(ExchangeRefusals.EXPECTATION);
        } else {
            authorize();
        }
    }

    private void authorize() {
        Policy inForce = new Policy(settings.authorizer(), pool.loop(), this);
        policy = inForce;
        inForce.authorize(request.head());
    }

    @Override
    public void onAsking() {
        state.authorizing(settings.decisionTimeout());
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
            response.instead(permission, permission.status().code(), decided);
            finish();
        }
    }

    private void connect(Decision.Forward accepted) {
        Route route = accepted.route();
        UpstreamSide again = upstream;
        if (again != null) {
            again.connectAgain(accepted);
            return;
        }
        if (request.announcedBytes() > route.maxBodyBytes()) {
            refuse(ExchangeRefusals.contentTooLarge(route.maxBodyBytes()));
            return;
        }
        UpstreamSide side = new UpstreamSide(
                pool,
                settings.upstreams().of(route.upstream()),
                request.toUpstream(accepted, state, settings.replayBodyBytes()),
                client,
                this,
                context.failures());
        upstream = side;
        if (!state.requestEnded()) {
            state.endsWith(request.streamEnd(accepted, context.clock()));
        }
        side.connect();
    }

    @Override
    public void onConnecting() {
        UpstreamSide side = upstream;
        if (side != null) {
            state.connecting(side.connectDeadlineNanos());
        }
    }

    @Override
    public void onConnected() {
        state.phase = Phase.RELAYING;
        response.permitContent();
        awaitProgress();
        client.pump();
        if (upstream != null) {
            upstream.read();
        }
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
        return wantsContent()
                || ClientRequest.isEmptyEnd(next) && !state.requestEnded() && !state.done() && !connected();
    }

    private boolean connected() {
        UpstreamSide side = upstream;
        return side != null && side.connected();
    }

    /** Whether the request has arrived in full, so that what follows on the connection is another's. */
    public boolean requestEnded() {
        return state.requestEnded();
    }

    /** Takes a piece of the request's content; called only for one that {@link #wants} approves of. */
    public void onRequestContent(HttpContent content) {
        UpstreamSide to = upstream;
        if (state.done() || to == null || !to.connected()) {
            if (ClientRequest.isEmptyEnd(content)) {
                state.request = RequestSide.ENDED;
            }
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
    public void onResponseHead(HttpResponse head) {
        UpstreamSide side = upstream;
        if (side == null) {
            return;
        }
        if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            switchProtocols(side, head);
        } else if (InterimResponse.is(head)) {
            response.interim(head);
        } else {
            answered(side, head);
        }
    }

    private void answered(UpstreamSide side, HttpResponse head) {
        facts.upstreamStatus = head.status().code();
        if (policy != null && policy.challengedBy(head, side)) {
            return;
        }
        side.request().release(); // it is not sent again
        WebSocketHandshake handshake = side.request().handshake();
        if (handshake != null && handshake.seemsAcceptedBy(head)) {
            side.release(false);
            refuse(ExchangeRefusals.NOT_SWITCHED);
            return;
        }
        state.endsWith(StreamEnd.of(head, side.request().forward(), context.clock()));
        response.begin(head, decided);
        awaitProgress();
    }

    private void switchProtocols(UpstreamSide side, HttpResponse head) {
        facts.upstreamStatus = head.status().code();
        WebSocketHandshake handshake = side.request().handshake();
        if (handshake == null || !state.requestEnded()) {
            refuse(ExchangeRefusals.SWITCHED);
        } else if (!handshake.acceptedBy(head)) {
            refuse(ExchangeRefusals.HANDSHAKE);
        } else {
            handshake.toClient(head);
            facts.status = head.status().code();
            OpenTunnel opened = new OpenTunnel(context, client, side, state, this::finish);
            tunnel = opened;
            opened.begin(head);
        }
    }

    /** The gateway is stopping: what would not end by itself ends now. */
    public void onDrain() {
        if (tunnel != null) {
            tunnel.onDrain();
        }
    }

    @Override
    public void onResponseContent(HttpContent content) {
        if (state.done() || state.response != ResponseSide.HEAD_SENT) {
            content.release();
            return;
        }
        facts.bytesOut += content.content().readableBytes();
        if (tunnel != null) {
            tunnel.toClient(content);
            return;
        }
        response.pass(content);
        if (state.response == ResponseSide.ENDED) {
            finish();
        } else {
            awaitProgress();
        }
    }

    /** The client can take more, or no more for now. */
    public void onClientWritabilityChanged() {
        UpstreamSide from = upstream;
        if (from != null && client.writable()) {
            from.read();
        }
    }

    /** The deadline of the present phase has passed. */
    public void onDeadline() {
        if (state.done()) {
            return;
        }
        StreamEnd passed = state.passedEnd();
        if (tunnel != null) {
            tunnel.onDeadline();
        } else if (passed != null) {
            endStream(passed);
        } else if (state.response != ResponseSide.NONE) {
            finishTruncated();
        } else {
            refuseLate();
        }
    }

    private void refuseLate() {
        UpstreamSide side = upstream;
        if (state.phase == Phase.AUTHORIZING || side == null) {
            refuse(ExchangeRefusals.NO_DECISION);
        } else if (wantsContent()) {
            refuse(ExchangeRefusals.CONTENT_STOPPED);
        } else {
            side.late();
        }
    }

    /** Its token has expired: it ends in a way that its client takes for an end, or for a refusal. */
    private void endStream(StreamEnd end) {
        if (state.response == ResponseSide.NONE) {
            refuse(ExchangeRefusals.EXPIRED);
            return;
        }
        response.pass(end.last());
        finish();
    }

    /** Something threw that should not have: the log has it, the client gets an answer if it can still have one. */
    public void onDefect() {
        refuse(ExchangeRefusals.DEFECT);
    }

    /** The client closed its connection. */
    public void onClientGone() {
        if (!state.done()) {
            end(false);
        }
    }

    private void awaitProgress() {
        UpstreamSide side = upstream;
        if (side != null && !state.done()) {
            state.awaitProgress(side.request().forward().route().timeouts());
        }
    }

    @Override
    public void refuse(Refusal refusal) {
        if (state.done()) {
            return;
        }
        facts.code = refusal.code().code();
        if (state.response != ResponseSide.NONE) {
            finishTruncated();
            return;
        }
        response.instead(request.refusal(refusal, facts.route), refusal.code().status(), decided);
        finish();
    }

    /** The response is complete: give back what can be used again. */
    private void finish() {
        if (state.done()) { // a write told of the client's leaving
            return;
        }
        end(state.complete());
        client.flush();
        client.ended();
    }

    private void finishTruncated() {
        if (state.done()) {
            return;
        }
        end(false);
        client.abort();
    }

    /**
     * The only way into DONE.
     *
     * @param reusable whether the upstream's connection may serve another exchange, which may begin before this returns
     */
    private void end(boolean reusable) {
        state.end();
        context.inFlight().decrementAndGet();
        if (tunnel != null) {
            tunnel.end();
        }
        facts.endNanos = System.nanoTime();
        context.finished().accept(facts);
        if (upstream != null) {
            upstream.end(reusable);
        }
    }
}
