package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Authorizer;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from its head to its log line. */
public final class ProxyExchange implements UpstreamConnection.Listener {
    /*
     * State: a phase and the state of the two sides (ExchangeState). Every event starts from it; an event in DONE releases
     * what it carries and returns. Whether a connection may be reused is computed from the sides.
     *
     * Threads: the client channel's event loop and no other; the upstream channel lives on the same loop. The only hop is
     * in start(), where a decision that had to wait for an identity provider completes elsewhere.
     *
     * Buffers: content given to an event method is taken: passed to a write, which owns it from then on, or released.
     */

    private static final Logger LOG = LoggerFactory.getLogger(ProxyExchange.class);

    private final ProxyContext context;
    private final UpstreamPool pool;
    private final ClientSide client;
    private final Deadline deadline;
    private final HeaderRules.Hop hop;
    private final HttpRequest request;
    private final NettyRequestHead head;
    private final TraceContext trace;
    private final ExchangeFacts facts = new ExchangeFacts();
    private final ExchangeState state = new ExchangeState();
    private final boolean expectsContinue;

    private @Nullable Authorizer authorizer;
    private @Nullable UpstreamRequest sent;
    private @Nullable UpstreamConnection upstream;
    private boolean unflushed;

    /**
     * @param deadline of the client connection; this exchange owns it until it has ended
     */
    public ProxyExchange(
            ProxyContext context,
            UpstreamPool pool,
            ClientSide client,
            Deadline deadline,
            String clientAddress,
            String scheme,
            HttpRequest request) {
        this.context = context;
        this.pool = pool;
        this.client = client;
        this.deadline = deadline;
        this.hop = new HeaderRules.Hop(clientAddress, scheme);
        this.request = request;
        this.head = new NettyRequestHead(request);
        this.trace = TraceContext.of(request.headers().get(HeaderRules.TRACEPARENT));
        this.expectsContinue = HttpUtil.is100ContinueExpected(request);
        facts.startNanos = System.nanoTime();
        facts.traceId = trace.traceId();
        facts.method = request.method().name();
        facts.path = pathOf(request.uri());
    }

    /** Without the query, and without what an absolute-form target has before its path: both may hold secrets. */
    private static String pathOf(String target) {
        int begin = 0;
        int authority = target.charAt(0) == '/' ? -1 : target.indexOf("://");
        if (authority >= 0) {
            int slash = target.indexOf('/', authority + 3);
            begin = slash < 0 ? target.length() : slash;
        }
        int query = target.indexOf('?', begin);
        return query < 0 ? target.substring(begin) : target.substring(begin, query);
    }

    /** Begins. {@code refusal}: the request was found unacceptable before it came here; null if it was not. */
    public void start(@Nullable Refusal refusal) {
        int inFlight = context.inFlight().incrementAndGet();
        deadline.set(context.decisionTimeout().toNanos());
        if (refusal != null) {
            refuse(refusal);
        } else if (inFlight > context.maxInFlight()) {
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
        Authorizer policy = context.authorizer().get();
        authorizer = policy;
        follow(policy.authorize(head));
    }

    private void follow(CompletableFuture<Decision> decision) {
        if (decision.isDone()) {
            decided(decision.join());
        } else {
            EventLoop loop = pool.loop();
            decision.whenComplete((made, bug) -> {
                if (loop.inEventLoop()) {
                    decidedLater(made, bug);
                } else {
                    loop.execute(() -> decidedLater(made, bug));
                }
            });
        }
    }

    /** No handler is on the stack that would hear of a defect. */
    private void decidedLater(@Nullable Decision decision, @Nullable Throwable bug) {
        try {
            if (decision == null) {
                throw new IllegalStateException("a request was not decided about", bug);
            }
            decided(decision);
        } catch (RuntimeException e) {
            LOG.error("a request fails because of a defect", e);
            onDefect();
        }
    }

    private void decided(Decision decision) {
        if (state.done()) {
            return;
        }
        Route route = decision.route();
        facts.route = route == null ? null : route.name();
        facts.client = decision.client();
        if (decision instanceof Decision.Reject reject) {
            refuse(reject.refusal());
        } else if (decision instanceof Decision.Forward accepted) {
            facts.grant = accepted.grant().configName();
            facts.cache = accepted.outcome() == null ? null : accepted.outcome().label();
            connect(accepted);
        }
    }

    private void connect(Decision.Forward accepted) {
        UpstreamRequest again = sent;
        if (again != null) {
            again.replaceToken(accepted);
            lease(again);
            return;
        }
        Route route = accepted.route();
        if (HttpUtil.getContentLength(request, 0L) > route.maxBodyBytes()) {
            refuse(ExchangeRefusals.contentTooLarge(route.maxBodyBytes()));
            return;
        }
        UpstreamRequest first = UpstreamRequest.of(
                request,
                accepted,
                Authority.of(request),
                hop,
                trace,
                state.requestEnded(),
                context.replayBodyBytes(),
                context.outboundProxy());
        sent = first;
        lease(first);
    }

    private void lease(UpstreamRequest what) {
        state.phase = Phase.CONNECTING;
        Duration connect = what.forward().route().timeouts().connect();
        deadline.set(connect.toNanos() * 2); // the connection's own deadline comes first
        pool.acquire(what.origin(), connect, this);
    }

    @Override
    public void onConnected(UpstreamConnection connection) {
        UpstreamRequest what = sent;
        if (state.done() || what == null) {
            connection.release(true);
            return;
        }
        upstream = connection;
        state.phase = Phase.RELAYING;
        what.begin(connection);
        unflushed = true;
        if (expectsContinue && !state.requestEnded() && !client.requestEndHeld()) {
            client.sendInterim(interim(HttpResponseStatus.CONTINUE, new DefaultHttpHeaders()));
        }
        awaitProgress();
        client.pump();
        connection.read();
    }

    private static HttpResponse interim(HttpResponseStatus status, HttpHeaders headers) {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers, EmptyHttpHeaders.INSTANCE);
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        if (!state.done()) {
            context.failures().upstreamFailed(String.valueOf(facts.route), cause);
            refuse(ExchangeRefusals.NO_CONNECTION);
        }
    }

    /** Whether content of the request can be passed on now. */
    public boolean wantsContent() {
        UpstreamConnection to = upstream;
        return state.phase == Phase.RELAYING && !state.requestEnded() && to != null && to.writable();
    }

    /**
     * Whether the next piece can be taken now. The end of a request without content can be at any time, so that its
     * connection is read on, and a client that leaves is noticed, while the decision is pending.
     */
    public boolean wants(HttpContent next) {
        return wantsContent() || isEmptyEnd(next) && !state.requestEnded() && !state.done() && upstream == null;
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
        UpstreamConnection to = upstream;
        if (to == null && !state.done() && isEmptyEnd(content)) {
            state.request = RequestSide.ENDED;
            if (sent != null) {
                sent.endWithoutContent();
            }
            content.release();
            return;
        }
        UpstreamRequest what = sent;
        if (state.done() || to == null || what == null) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            refuse(ExchangeRefusals.CONTENT_FRAMING);
            return;
        }
        what.count(content);
        facts.bytesIn = what.contentBytes();
        long maxBytes = what.forward().route().maxBodyBytes();
        if (what.contentBytes() > maxBytes) {
            content.release();
            refuse(ExchangeRefusals.contentTooLarge(maxBytes));
            return;
        }
        if (content instanceof LastHttpContent) {
            state.request = RequestSide.ENDED;
        }
        what.write(content, to);
        unflushed = true;
        awaitProgress();
    }

    /** Sends what {@link #onRequestContent} has written. */
    public void flushUpstream() {
        UpstreamConnection to = upstream;
        if (unflushed && to != null) {
            unflushed = false;
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
        if (refusesOurToken(response)) {
            return;
        }
        releaseReplay();
        HeaderRules.toClient(response);
        facts.status = response.status().code();
        state.response = ResponseSide.HEAD_SENT;
        client.send(response, state.requestEnded() || client.requestEndHeld());
        awaitProgress();
    }

    private void onInterim(HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            refuse(ExchangeRefusals.SWITCHED);
        } else if (!response.status().equals(HttpResponseStatus.CONTINUE)) { // that one is ours to send
            HeaderRules.toClient(response);
            client.sendInterim(interim(response.status(), response.headers()));
        }
    }

    /**
     * A 401 for a token that we acquired: it is forgotten. With a claims challenge, what the service wants is seen to, and
     * its response goes no further.
     *
     * @return whether the response is dealt with
     */
    private boolean refusesOurToken(HttpResponse response) {
        UpstreamRequest what = sent;
        Authorizer policy = authorizer;
        if (!response.status().equals(HttpResponseStatus.UNAUTHORIZED)
                || policy == null
                || what == null
                || what.forward().outcome() == null) {
            return false;
        }
        String claims = UpstreamChallenge.claims(response.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        if (claims == null) {
            policy.upstreamRefused(what.forward());
            return false;
        }
        releaseUpstream(false); // the rest of its response is of no use
        if (what.replay()) {
            state.phase = Phase.AUTHORIZING;
            deadline.set(context.decisionTimeout().toNanos());
            follow(policy.challenged(what.forward(), claims));
        } else {
            refuse(policy.passOn(what.forward(), claims));
        }
        return true;
    }

    private void releaseReplay() {
        if (sent != null) {
            sent.release();
        }
    }

    private void releaseUpstream(boolean reusable) {
        UpstreamConnection used = upstream;
        upstream = null;
        if (used != null) {
            used.release(reusable);
        }
    }

    @Override
    public void onResponseContent(HttpContent content) {
        if (state.done() || state.response != ResponseSide.HEAD_SENT) {
            content.release();
            return;
        }
        facts.bytesOut += content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        client.send(content);
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
        UpstreamConnection from = upstream;
        if (from != null && client.writable()) {
            from.read();
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        UpstreamConnection broken = upstream;
        upstream = null;
        if (state.done() || broken == null) {
            return;
        }
        UpstreamRequest what = sent;
        if (what != null && what.retry(broken)) {
            state.phase = Phase.CONNECTING;
            pool.open(what.origin(), what.forward().route().timeouts().connect(), this);
            return;
        }
        context.failures().upstreamFailed(String.valueOf(facts.route), cause);
        refuse(ExchangeRefusals.broken(cause));
    }

    /** The deadline of the present phase has passed. */
    public void onDeadline() {
        if (state.done()) {
            return;
        }
        if (state.response != ResponseSide.NONE) {
            finishTruncated();
        } else if (state.phase == Phase.AUTHORIZING) {
            refuse(ExchangeRefusals.NO_DECISION);
        } else if (state.phase == Phase.CONNECTING) {
            onConnectFailed(new SocketTimeoutException("no connection in time"));
        } else if (!state.requestEnded() && wantsContent()) {
            refuse(ExchangeRefusals.CONTENT_STOPPED);
        } else {
            refuse(ExchangeRefusals.NO_ANSWER);
        }
    }

    /** Something threw that should not have: the log has it, the client gets an answer if it can still have one. */
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
        UpstreamRequest what = sent;
        if (what != null) {
            RouteTimeouts timeouts = what.forward().route().timeouts();
            boolean awaitingHead = state.requestEnded() && state.response == ResponseSide.NONE;
            deadline.set((awaitingHead ? timeouts.response() : timeouts.streamIdle()).toNanos());
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
        facts.status = refusal.code().status();
        state.response = ResponseSide.ENDED;
        boolean reusable = state.requestEnded() || client.requestEndHeld();
        FullHttpResponse response = ErrorResponses.of(refusal, facts.route, facts.traceId);
        facts.bytesOut = response.content().readableBytes();
        client.send(response, reusable);
        finish();
    }

    /** The response is complete: give back what can be used again. */
    private void finish() {
        releaseUpstream(state.complete());
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
        releaseReplay();
        releaseUpstream(false);
        context.inFlight().decrementAndGet();
        facts.endNanos = System.nanoTime();
        context.finished().accept(facts);
    }
}
