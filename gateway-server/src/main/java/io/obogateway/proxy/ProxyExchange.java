package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Authorizer;
import io.obogateway.access.Decision;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.oauth.UpstreamChallenge;
import io.obogateway.observe.ExchangeFacts;
import io.obogateway.proxy.ExchangeState.Phase;
import io.obogateway.proxy.ExchangeState.RequestSide;
import io.obogateway.proxy.ExchangeState.ResponseSide;
import io.obogateway.route.Route;
import io.obogateway.upstream.MalformedResponseException;
import io.obogateway.upstream.Origin;
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
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The client's half of an exchange, on the same event loop. */
    public interface ClientSide {
        /** Sends an interim response (1xx); takes it. */
        void sendInterim(HttpResponse head);

        /**
         * Writes the final response head; takes it.
         *
         * @param reusable whether the exchange, for its part, leaves the connection fit for another
         */
        void send(HttpResponse head, boolean reusable);

        /** Writes a piece of the response; takes it. */
        void send(HttpContent content);

        void flush();

        /** Whether the client takes more without it piling up here. */
        boolean writable();

        /** Delivers held content if {@link ProxyExchange#wantsContent()}, and reads on where that makes sense. */
        void pump();

        /** Whether the rest of the request has been received already and only waits to be delivered. */
        boolean requestEndHeld();

        /** The response is written in full; the exchange is over. */
        void ended();

        /** The response cannot be completed: close, so that the client sees it is truncated. */
        void abort();
    }

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
    private Decision.@Nullable Forward forward;
    private @Nullable Origin origin;
    private @Nullable UpstreamConnection upstream;
    private boolean unflushed;
    private @Nullable ReplayBody replay;
    private boolean retried;
    private boolean replayed;

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
            refuse(Refusal.of(ErrorCode.OVERLOADED, "too many requests are in flight")
                    .withRetryAfter(RETRY_AFTER));
        } else if (!expectsContinue && expects()) {
            refuse(Refusal.of(ErrorCode.EXPECTATION_FAILED, "the only expectation met here is 100-continue"));
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
            if (replayed) {
                connectAgain(accepted);
            } else {
                connect(accepted);
            }
        }
    }

    /** The request is the upstream's already, but for the token. */
    private void connectAgain(Decision.Forward accepted) {
        String authorization = accepted.authorization();
        Origin to = origin;
        if (authorization == null || to == null) {
            throw new IllegalStateException("a request is sent again with another token");
        }
        forward = accepted;
        request.headers().set(HttpHeaderNames.AUTHORIZATION, authorization);
        lease(accepted.route(), to);
    }

    private void connect(Decision.Forward accepted) {
        Route route = accepted.route();
        if (HttpUtil.getContentLength(request, 0L) > route.maxBodyBytes()) {
            refuse(bodyTooLarge(route));
            return;
        }
        Origin to = Origin.of(route.upstream().url());
        forward = accepted;
        origin = to;
        if (accepted.outcome() != null && mayHaveContentToHold()) {
            replay = new ReplayBody(context.replayBodyBytes());
        }
        HeaderRules.toUpstream(request, accepted, to, Authority.of(request), hop, trace);
        lease(route, to);
    }

    private void lease(Route route, Origin to) {
        state.phase = Phase.CONNECTING;
        deadline.set(route.timeouts().connect().toNanos() * 2); // the connection's own deadline comes first
        pool.acquire(to, route.timeouts().connect(), this);
    }

    private boolean mayHaveContentToHold() {
        return HttpUtil.isTransferEncodingChunked(request)
                || HttpUtil.isContentLengthSet(request)
                        && HttpUtil.getContentLength(request, 0L) <= context.replayBodyBytes();
    }

    private static Refusal bodyTooLarge(Route route) {
        return Refusal.of(
                ErrorCode.BODY_TOO_LARGE,
                "the body is larger than the " + route.maxBodyBytes() + " bytes allowed here");
    }

    @Override
    public void onConnected(UpstreamConnection connection) {
        if (state.done()) {
            connection.release(true);
            return;
        }
        upstream = connection;
        state.phase = Phase.RELAYING;
        connection.write(request);
        unflushed = true;
        ReplayBody body = replay;
        if (replayed && body != null && body.complete()) {
            body.sendTo(connection);
        } else if (state.requestEnded()) { // it has no content
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        } else if (expectsContinue && !client.requestEndHeld()) {
            client.sendInterim(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        awaitProgress();
        client.pump();
        connection.read();
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        if (state.done()) {
            return;
        }
        LOG.warn("route {}: no connection to its upstream: {}", facts.route, cause.toString());
        refuse(Refusal.of(ErrorCode.UPSTREAM_UNAVAILABLE, "no connection to the service behind this route")
                .withRetryAfter(RETRY_AFTER));
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
            content.release();
            return;
        }
        Decision.Forward accepted = forward;
        if (state.done() || to == null || accepted == null) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            refuse(Refusal.of(ErrorCode.BAD_REQUEST, "the body's framing is malformed"));
            return;
        }
        facts.bytesIn += content.content().readableBytes();
        if (facts.bytesIn > accepted.route().maxBodyBytes()) {
            content.release();
            refuse(bodyTooLarge(accepted.route()));
            return;
        }
        if (content instanceof LastHttpContent last) {
            state.request = RequestSide.ENDED;
            HeaderRules.trailersToUpstream(last.trailingHeaders());
        }
        if (replay != null && facts.bytesIn > 0) {
            replay.hold(content);
        }
        to.write(content);
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
            interim(response);
            return;
        }
        facts.upstreamStatus = response.status().code();
        Decision.Forward accepted = forward;
        Authorizer policy = authorizer;
        boolean unauthorized = response.status().equals(HttpResponseStatus.UNAUTHORIZED);
        if (unauthorized && policy != null && accepted != null && accepted.outcome() != null) {
            String claims = UpstreamChallenge.claims(response.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE));
            if (claims != null) {
                challenged(policy, accepted, claims);
                return;
            }
            policy.upstreamRefused(accepted);
        }
        releaseReplay();
        HeaderRules.toClient(response);
        facts.status = response.status().code();
        state.response = ResponseSide.HEAD_SENT;
        client.send(response, state.requestEnded() || client.requestEndHeld());
        awaitProgress();
    }

    /** The service has revoked what our token says: once, a token that heeds the claims is tried. */
    private void challenged(Authorizer policy, Decision.Forward refused, String claims) {
        UpstreamConnection used = upstream;
        upstream = null;
        if (used != null) {
            used.release(false); // the rest of its response is of no use
        }
        ReplayBody body = replay;
        boolean repeatable = state.requestEnded() && (facts.bytesIn == 0 || body != null && body.complete());
        if (replayed || !repeatable) {
            refuse(policy.passOn(refused, claims));
            return;
        }
        replayed = true;
        state.phase = Phase.AUTHORIZING;
        deadline.set(context.decisionTimeout().toNanos());
        follow(policy.challenged(refused, claims));
    }

    private void releaseReplay() {
        ReplayBody body = replay;
        replay = null;
        if (body != null) {
            body.release();
        }
    }

    private void interim(HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            refuse(Refusal.of(ErrorCode.UPSTREAM_INVALID, "the service switched protocols without being asked"));
        } else if (!response.status().equals(HttpResponseStatus.CONTINUE)) { // that one is ours to send
            HeaderRules.toClient(response);
            client.sendInterim(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    response.status(),
                    Unpooled.EMPTY_BUFFER,
                    response.headers(),
                    EmptyHttpHeaders.INSTANCE));
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
        Decision.Forward accepted = forward;
        Origin to = origin;
        if (mayTryAgain(broken) && accepted != null && to != null) {
            retried = true;
            state.phase = Phase.CONNECTING;
            pool.open(to, accepted.route().timeouts().connect(), this);
            return;
        }
        LOG.warn("route {}: its upstream failed: {}", facts.route, cause.toString());
        refuse(Refusal.of(
                ErrorCode.UPSTREAM_INVALID,
                cause instanceof MalformedResponseException
                        ? "the service's response is malformed"
                        : "the service closed the connection without a complete response"));
    }

    /** A connection that was idle may have been closed just as it was picked; then the service saw nothing of this. */
    private boolean mayTryAgain(UpstreamConnection broken) {
        return !retried
                && broken.reused()
                && !broken.responseBegun()
                && state.requestEnded()
                && facts.bytesIn == 0
                && idempotent(request.method());
    }

    private static boolean idempotent(HttpMethod method) { // RFC 9110, 9.2.2
        return switch (method.name()) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** The deadline of the present phase has passed. */
    public void onDeadline() {
        if (state.done()) {
            return;
        }
        if (state.response != ResponseSide.NONE) {
            finishTruncated();
        } else if (state.phase == Phase.AUTHORIZING) {
            refuse(Refusal.of(ErrorCode.PROVIDER_UNAVAILABLE, "no decision about the token in time")
                    .withRetryAfter(RETRY_AFTER));
        } else if (state.phase == Phase.CONNECTING) {
            onConnectFailed(new SocketTimeoutException("no connection in time"));
        } else if (!state.requestEnded() && wantsContent()) {
            refuse(Refusal.of(ErrorCode.REQUEST_TIMEOUT, "the body stopped arriving"));
        } else {
            refuse(Refusal.of(ErrorCode.UPSTREAM_TIMEOUT, "the service did not answer in time"));
        }
    }

    /** Something threw that should not have: the log has it, the client gets an answer if it can still have one. */
    public void onDefect() {
        refuse(Refusal.of(ErrorCode.INTERNAL, "the gateway failed while it passed the request on; its log says why"));
    }

    /** The client closed its connection. */
    public void onClientGone() {
        if (!state.done()) {
            end();
        }
    }

    private void awaitProgress() {
        Decision.Forward accepted = forward;
        if (accepted != null) {
            boolean awaitingHead = state.requestEnded() && state.response == ResponseSide.NONE;
            deadline.set((awaitingHead
                            ? accepted.route().timeouts().response()
                            : accepted.route().timeouts().streamIdle())
                    .toNanos());
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
        UpstreamConnection used = upstream;
        upstream = null;
        if (used != null) {
            used.release(state.complete());
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
        releaseReplay();
        UpstreamConnection used = upstream;
        upstream = null;
        if (used != null) {
            used.release(false);
        }
        context.inFlight().decrementAndGet();
        facts.endNanos = System.nanoTime();
        context.finished().accept(facts);
    }
}
