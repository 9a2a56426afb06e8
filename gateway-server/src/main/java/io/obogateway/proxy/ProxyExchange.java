package io.obogateway.proxy;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.error.Refusal;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.proxy.ExchangeState.Phase;
import io.obogateway.proxy.ExchangeState.RequestSide;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import io.obogateway.route.Route;
import io.obogateway.route.Upstream;
import io.obogateway.upstream.UpstreamConnection;
import io.obogateway.upstream.UpstreamPool;
import java.net.SocketTimeoutException;
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

    private final ProxyContext context;
    private final ProxySettings settings;
    private final UpstreamPool pool;
    private final ClientSide client;
    private final ClientRequest request;
    private final ExchangeFacts facts;
    private final ExchangeState state;

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
    }

    /** Begins. {@code refusal}: the request was found unacceptable before it came here; null if it was not. */
    public void start(@Nullable Refusal refusal) {
        int inFlight = context.inFlight().incrementAndGet();
        state.authorizing(settings.decisionTimeout());
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
        if (request.announcedBytes() > route.maxBodyBytes()) {
            refuse(ExchangeRefusals.contentTooLarge(route.maxBodyBytes()));
            return;
        }
        UpstreamSide side = new UpstreamSide(
                pool,
                this,
                settings.upstreams().of(route.upstream()),
                request.toUpstream(accepted, state.requestEnded(), settings.replayBodyBytes()));
        if (side.request().handshake() != null && route.upstream().protocol() == Upstream.Protocol.HTTP2) {
            refuse(ExchangeRefusals.NO_WEBSOCKET);
            return;
        }
        upstream = side;
        if (!state.requestEnded()) {
            state.endsWith(request.streamEnd(accepted, context.clock()));
        }
        connecting(side);
        side.connect();
    }

    private void connecting(UpstreamSide side) {
        state.connecting(side.connectDeadlineNanos());
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
        if (request.expectsContinue() && !state.requestEnded() && !client.requestEndHeld()) {
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
        if (!state.done() && !connected() && ClientRequest.isEmptyEnd(content)) {
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
        UpstreamSide side = upstream;
        facts.upstreamStatus = response.status().code();
        if (side != null) {
            side.answered();
            if (refusesOurToken(side, response)) {
                return;
            }
            side.request().release(); // it is not sent again
            WebSocketHandshake handshake = side.request().handshake();
            if (handshake != null && handshake.seemsAcceptedBy(response)) {
                side.release(false);
                refuse(ExchangeRefusals.NOT_SWITCHED);
                return;
            }
        }
        HeaderRules.toClient(response);
        if (side != null) {
            state.endsWith(StreamEnd.of(response, side.request().forward(), context.clock()));
        }
        request.addRouteFields(response, decided);
        facts.status = response.status().code();
        state.response = ResponseSide.HEAD_SENT;
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
            facts.status = response.status().code();
            state.endsWith(StreamEnd.ofTunnel(side.request().forward(), context.clock()));
            context.tunnels().incrementAndGet();
            OpenTunnel opened = new OpenTunnel(client, side, state, this::finish);
            tunnel = opened;
            opened.begin(response);
            if (context.draining().get()) {
                opened.onDrain();
            }
        }
    }

    /** The gateway is stopping: what would not end by itself ends now. */
    public void onDrain() {
        if (tunnel != null) {
            tunnel.onDrain();
        }
    }

    /**
     * A claims challenge to a token that we acquired: what the service wants is seen to, and its response goes no further.
     *
     * @return whether the response is dealt with
     */
    private boolean refusesOurToken(UpstreamSide side, HttpResponse response) {
        Policy asked = policy;
        Decision.Forward forward = side.request().forward();
        String claims = asked == null ? null : asked.claimsChallenge(forward, response);
        if (asked == null || claims == null) {
            return false;
        }
        side.release(false); // the rest of its response is of no use
        if (side.request().replay()) {
            state.authorizing(settings.decisionTimeout());
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
        StreamEnd passed = state.passedEnd();
        if (tunnel != null) {
            tunnel.onDeadline();
        } else if (passed != null) {
            endStream(passed);
        } else if (state.response != ResponseSide.NONE) {
            finishTruncated();
        } else {
            refuseLate(state.tooLate(wantsContent()));
        }
    }

    private void refuseLate(Refusal refusal) {
        boolean upstreamIsLate =
                refusal.equals(ExchangeRefusals.NO_CONNECTION) || refusal.equals(ExchangeRefusals.NO_ANSWER);
        UpstreamSide side = upstream;
        if (upstreamIsLate && side != null) {
            SocketTimeoutException cause = new SocketTimeoutException(
                    state.phase == Phase.CONNECTING ? "no connection in time" : "no answer in time");
            side.timedOut(cause);
            failed(side, cause, refusal);
        } else {
            refuse(refusal);
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
        if (side != null && !state.done()) {
            state.awaitProgress(side.request().forward().route().timeouts());
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
        answer(request.refusal(refusal, facts.route), refusal.code().status());
    }

    /** Answers in the upstream's place; takes the response. */
    private void answer(FullHttpResponse response, int status) {
        request.addRouteFields(response, decided);
        facts.status = status;
        state.response = ResponseSide.ENDED;
        boolean reusable = state.requestEnded() || client.requestEndHeld();
        facts.bytesOut = response.content().readableBytes();
        client.send(response, reusable);
        finish();
    }

    /** The response is complete: give back what can be used again. */
    private void finish() {
        if (state.done()) { // a write told of the client's leaving
            return;
        }
        if (upstream != null) {
            upstream.release(state.complete());
        }
        end();
        client.flush();
        client.ended();
    }

    private void finishTruncated() {
        if (state.done()) {
            return;
        }
        end();
        client.abort();
    }

    /** The only way into DONE. */
    private void end() {
        state.end();
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
