package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.proxy.ClientSide;
import io.obogateway.proxy.Deadline;
import io.obogateway.proxy.Hop;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.proxy.ProxyExchange;
import io.obogateway.upstream.UpstreamPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection, last in its pipeline: one request after the other, in order. */
public final class ClientConnectionHandler extends ChannelInboundHandlerAdapter implements ClientSide {
    /*
     * State: at most one exchange. What was decoded beyond what it can take is held, and what the decoder then leaves
     * undecoded stays with it; while there is either nothing more is read, so that one socket read is the bound. Without
     * held objects a read is pending, also while a decision, a connection or a response is awaited: that is how a client that
     * leaves is noticed. A client that does not take its responses gets no further ones: the next request begins only while
     * the channel is writable.
     *
     * Head: a response's head waits for what follows it, or for the flush: where that is the response's end, both are one
     * message, which takes one way through the pipeline and, if it is small, one buffer.
     *
     * Closing: what is written is sent first, within a deadline; when a response is complete but its request is not, or more
     * has come behind it, the rest is read and thrown away for a moment, because closing with unread bytes would reset the
     * connection and could destroy the response on its way (RFC 9112, 9.6).
     */

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnectionHandler.class);
    static final Duration LINGER = Duration.ofSeconds(2);

    /** Sent through the pipeline when the gateway begins to drain. */
    public record Drain() {}

    private final ProxyContext context;
    private final UpstreamPool pool;
    private final ClientTimeouts timeouts;
    private final StrictRequestDecoder decoder;
    private final ClientResponseEncoder encoder;
    private final Channel channel;
    private final Deadline deadline;
    private final Hop hop;
    private final ArrayDeque<Object> held = new ArrayDeque<>(4);

    private @Nullable ProxyExchange exchange;
    private @Nullable HttpResponse head;
    /** Of the request being answered, or answered last. */
    private boolean clientKeepsAlive = true;

    private boolean http10;
    private boolean endsWithClose;
    private boolean keepAlive = true;
    private boolean readPending;
    private boolean delivering;
    private boolean skippingRest;
    private boolean lingering;
    private boolean unflushed;
    private boolean headTimed;
    private boolean tunnel;

    ClientConnectionHandler(
            ProxyContext context,
            UpstreamPool pool,
            ClientTimeouts timeouts,
            StrictRequestDecoder decoder,
            ClientResponseEncoder encoder,
            Channel channel,
            String scheme) {
        this.context = context;
        this.pool = pool;
        this.timeouts = timeouts;
        this.decoder = decoder;
        this.encoder = encoder;
        this.channel = channel;
        this.deadline = new Deadline(pool.loop(), this::onDeadline);
        this.hop = Hop.of(channel.remoteAddress(), scheme, context.trustedProxies());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest();
        pump();
    }

    /** Whoever connects while the gateway drains has a moment, not minutes. */
    private void awaitRequest() {
        deadline.set((context.draining().get() ? LINGER : timeouts.idle()).toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
        } else {
            held.add(message instanceof ByteBuf bytes ? new DefaultHttpContent(bytes) : message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readPending = false;
        pump();
    }

    /** A head that has begun has its own deadline, which a byte now and then does not move. */
    private void timeHead() {
        boolean begun = exchange == null && !lingering && decoder.headBegun();
        if (begun && !headTimed) {
            deadline.set(timeouts.requestHeaders().toNanos());
        }
        headTimed = begun;
    }

    @Override
    public void pump() {
        if (delivering) {
            return;
        }
        deliver();
        timeHead();
        ProxyExchange current = exchange;
        if (current != null) {
            current.flushUpstream();
        }
        boolean wanted = current == null ? mayBegin() : current.requestEnded() || current.wantsContent();
        if (wanted && !decoder.holdsBytes() && held.isEmpty() && !readPending && channel.isActive()) {
            readPending = true;
            channel.read();
        }
    }

    /** Whether the next request may be answered; what comes after the last response is thrown away at once. */
    private boolean mayBegin() {
        return !keepAlive || channel.isWritable();
    }

    private void deliver() {
        delivering = true;
        try {
            for (Object next = next(); next != null; next = next()) {
                ProxyExchange current = exchange;
                if (skippingRest) {
                    skip(held.remove());
                } else if (current == null) {
                    if (!mayBegin()) {
                        return;
                    }
                    begin(held.remove());
                } else if (next instanceof HttpContent content && current.wants(content)) {
                    held.remove();
                    current.onRequestContent(content);
                } else {
                    return;
                }
            }
        } finally {
            delivering = false;
        }
    }

    /** What is to be delivered next, not yet removed; null: nothing. */
    private @Nullable Object next() {
        if (held.isEmpty()) {
            decoder.proceed();
        }
        return held.peek();
    }

    private void skip(Object rest) {
        skippingRest = !(rest instanceof LastHttpContent);
        ReferenceCountUtil.release(rest);
    }

    private void begin(Object message) {
        if (message instanceof HttpRequest request && keepAlive) {
            begin(request, FramingRules.violation(request));
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request, @Nullable Refusal refusal) {
        http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        // what follows a refused handshake may be meant for a WebSocket: never read as a request
        clientKeepsAlive = refusal == null && HttpUtil.isKeepAlive(request) && !decoder.holdsBehind(request);
        encoder.respondToHead(HttpMethod.HEAD.equals(request.method()));
        ProxyExchange next = new ProxyExchange(context, pool, this, deadline, hop, request);
        exchange = next;
        if (held.peek() instanceof HttpContent first && next.wants(first)) {
            held.remove(); // without content: it begins as a whole, which is cheaper to send on
            next.onRequestContent(first);
        }
        next.start(refusal);
    }

    @Override
    public void sendInterim(HttpResponse interim) {
        if (!http10) {
            channel.writeAndFlush(interim, channel.voidPromise());
        } else {
            ReferenceCountUtil.release(interim);
        }
    }

    @Override
    public void send(HttpResponse newHead, boolean reusable) {
        HttpHeaders headers = newHead.headers();
        keepAlive = reusable && clientKeepsAlive && !context.draining().get();
        newHead.setProtocolVersion(HttpVersion.HTTP_1_1);
        frame(newHead.status(), headers);
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        head = newHead;
        unflushed = true;
        if (newHead instanceof HttpContent) {
            writeHead(); // it is all there is
        }
    }

    private void writeHead() {
        HttpResponse waiting = head;
        if (waiting != null) {
            head = null;
            channel.write(waiting, channel.voidPromise());
        }
    }

    @Override
    public void upgrade(HttpResponse accepted) {
        tunnel = true;
        keepAlive = false;
        unflushed = true;
        channel.write(accepted, channel.voidPromise());
        channel.pipeline().remove(encoder);
        channel.pipeline().remove(decoder); // what it holds comes out of it as bytes
    }

    /** How the client learns where the response ends: as it came, else in chunks, else (HTTP/1.0) by the close. */
    private void frame(HttpResponseStatus status, HttpHeaders headers) {
        boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        boolean empty = status.equals(HttpResponseStatus.NO_CONTENT) || status.equals(HttpResponseStatus.NOT_MODIFIED);
        if (empty || !chunked && headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return;
        }
        if (http10) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            endsWithClose = true;
            keepAlive = false;
        } else if (!chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    @Override
    public void send(HttpContent content) {
        unflushed = true;
        HttpResponse waiting = head;
        if (waiting != null && content instanceof LastHttpContent end) {
            head = null;
            channel.write(whole(waiting, end), channel.voidPromise());
            return;
        }
        writeHead();
        channel.write(tunnel ? content.content() : content, channel.voidPromise());
    }

    private static HttpResponse whole(HttpResponse head, LastHttpContent end) {
        return new DefaultFullHttpResponse(
                head.protocolVersion(), head.status(), end.content(), head.headers(), end.trailingHeaders());
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            writeHead();
            channel.flush();
        }
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public boolean requestEndHeld() {
        for (Object object : held) {
            if (object instanceof LastHttpContent last) {
                return last.decoderResult().isSuccess();
            }
        }
        return false;
    }

    @Override
    public void ended() {
        ProxyExchange over = exchange;
        exchange = null;
        boolean restToCome = over != null && !over.requestEnded();
        if (keepAlive) {
            skippingRest = restToCome; // it is held already
            headTimed = false;
            awaitRequest();
            pump();
        } else if (restToCome || hasSurplus()) {
            linger();
        } else {
            closeOnceWritten();
        }
    }

    /** Whether more has come than the request that was answered. */
    private boolean hasSurplus() {
        return !held.isEmpty() || decoder.headBegun() || decoder.holdsBytes();
    }

    private void closeOnceWritten() {
        keepAlive = false;
        deadline.set(timeouts.idle().toNanos());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void linger() {
        lingering = true;
        releaseHeld();
        decoder.discard();
        deadline.set(timeouts.idle().toNanos());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess() && channel instanceof DuplexChannel duplex) {
                deadline.set(LINGER.toNanos());
                CloseNotify.endOutput(duplex);
            } else {
                channel.close();
            }
        });
        pump();
    }

    @Override
    public void abort() {
        exchange = null;
        keepAlive = false;
        if (endsWithClose) {
            CloseNotify.reset(channel); // an orderly close would say it is complete
        } else {
            channel.close();
        }
    }

    private void onDeadline() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onDeadline();
        } else if (decoder.headBegun() && !lingering) {
            begin(
                    new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"),
                    Refusal.of(ErrorCode.REQUEST_TIMEOUT, "the request's head did not arrive in time"));
        } else {
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onClientWritabilityChanged();
        } else {
            pump();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ProxyExchange current = exchange;
        if (event instanceof Drain && current != null) {
            current.onDrain();
        }
        boolean idle = exchange == null && keepAlive && held.isEmpty() && !decoder.headBegun();
        if (event instanceof Drain && idle) {
            closeOnceWritten();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.stop();
        ProxyExchange current = exchange;
        if (tunnel && current != null) {
            giveAll(current);
        }
        exchange = null;
        releaseHeld();
        if (current != null) {
            current.onClientGone();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.stop();
        releaseHeld();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("a client's connection failed: {}", cause.toString());
        } else {
            LOG.error("a client's connection is closed because of a defect", cause);
            ProxyExchange current = exchange;
            if (current != null) {
                clientKeepsAlive = false;
                current.onDefect();
                if (exchange != current) {
                    return;
                }
            }
        }
        channel.close();
    }

    /** What a client said before it left is said, as at any other time. */
    private void giveAll(ProxyExchange current) {
        for (Object next = held.poll(); next != null; next = held.poll()) {
            current.onRequestContent((HttpContent) next);
        }
    }

    private void releaseHeld() {
        for (Object object = held.poll(); object != null; object = held.poll()) {
            ReferenceCountUtil.release(object);
        }
    }
}
