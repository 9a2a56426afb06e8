package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.proxy.ClientSide;
import io.obogateway.proxy.ProxyExchange;
import io.obogateway.upstream.Http2Fields;
import org.jspecify.annotations.Nullable;

/** One request on an HTTP/2 connection: the client's half of its exchange. */
final class ClientStream implements ClientSide {
    /*
     * State: with an exchange until that is over, then for as long as the client has not taken the response; closed()
     * ends it, whoever closed the stream.
     *
     * Content: what the exchange cannot take is copied together and held. Its bytes are given back to the flow-control
     * window only when the exchange has taken them, so that the window is the bound.
     *
     * Head: a response's head waits for what follows it, or for the flush, because only then is it known whether it is
     * all there is.
     *
     * Tunnel: the request of a WebSocket ends with its head, its stream does not. What comes before the answer is held. The
     * end of the stream is to a tunnel what the close of its connection is in HTTP/1.1 (RFC 8441, 5), so that it waits until
     * all before it is passed on.
     */
    private static final int GROWS_AFTER = 32 * 1024;

    private final Http2ClientHandler connection;
    private final Http2Stream stream;
    private final StreamDeadline deadline;

    private @Nullable ProxyExchange exchange;
    private @Nullable ByteBuf held;
    private @Nullable LastHttpContent heldEnd;
    private @Nullable HttpResponse head;
    private @Nullable ChannelFuture lastWrite;
    private boolean toHead;
    /** A WebSocket's handshake, not yet answered. */
    private boolean handshake;

    private boolean tunnel;
    private boolean requestReceived;
    private boolean delivering;
    private boolean closed;
    private boolean grown;
    private int received;

    ClientStream(Http2ClientHandler connection, Http2Stream stream, StreamDeadline deadline) {
        this.connection = connection;
        this.stream = stream;
        this.deadline = deadline;
    }

    /**
     * @param refusal what makes the request unacceptable; null if nothing does
     * @param ended whether no content follows
     */
    void begin(HttpRequest request, @Nullable Refusal refusal, boolean ended) {
        toHead = HttpMethod.HEAD.equals(request.method());
        requestReceived = ended;
        handshake = !ended && refusal == null && ExtendedConnect.became(request);
        if (ended || handshake) {
            heldEnd = LastHttpContent.EMPTY_LAST_CONTENT;
        }
        ProxyExchange begun = connection.exchange(this, deadline.begin(this), request);
        exchange = begun;
        deliver(begun); // without content it begins as a whole, which is cheaper to send on
        begun.start(refusal);
        pump();
    }

    /**
     * Borrows a piece of the request's content.
     *
     * @return how many bytes of the window may be given back at once
     */
    int onData(ByteBuf data, boolean end) {
        requestReceived |= end;
        int size = data.readableBytes();
        ProxyExchange current = exchange;
        if (current == null) {
            return size; // answered already
        }
        if (end && !handshake && !tunnel) {
            heldEnd = LastHttpContent.EMPTY_LAST_CONTENT;
        }
        if (size > 0 && held == null && !handshake && current.wantsContent()) {
            growWindow(size);
            current.onRequestContent(new DefaultHttpContent(data.retain()));
            pump();
            return size;
        }
        if (size > 0) {
            hold(data);
        }
        pump();
        return 0;
    }

    /** The request ends with trailers; a tunnel has none (RFC 9113, 8.5). */
    void onTrailers(Http2Headers fields) {
        if (handshake || tunnel) {
            connection.reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        requestReceived = true;
        LastHttpContent end = Http2Requests.end();
        try {
            Http2Requests.trailers(fields, end.trailingHeaders());
        } catch (GatewayException e) {
            end.setDecoderResult(DecoderResult.failure(e));
        }
        if (exchange != null) {
            heldEnd = end;
            pump();
        }
    }

    private void hold(ByteBuf data) {
        ByteBuf together = held;
        if (together == null) {
            together = connection.allocate(data.readableBytes());
            held = together;
        }
        together.writeBytes(data);
    }

    @Override
    public void pump() {
        ProxyExchange current = exchange;
        if (current == null || delivering) {
            return;
        }
        delivering = true;
        try {
            deliver(current);
        } finally {
            delivering = false;
        }
        connection.flushUpstream(current);
        if (tunnel && requestReceived && held == null && exchange == current) {
            exchange = null;
            current.onClientGone();
            endTunnel();
        }
    }

    private void deliver(ProxyExchange to) {
        ByteBuf content = held;
        if (content != null && !handshake && to.wantsContent()) {
            held = null;
            int size = content.readableBytes();
            growWindow(size);
            to.onRequestContent(new DefaultHttpContent(content));
            connection.consumed(stream, size);
        }
        LastHttpContent end = heldEnd;
        if ((held == null || handshake) && end != null && exchange == to && to.wants(end)) {
            heldEnd = null;
            to.onRequestContent(end);
        }
    }

    /** A large body whose service takes it gets a larger window, so that the way to the client is not what limits it. */
    private void growWindow(int size) {
        if (received <= GROWS_AFTER) {
            received += size;
            if (received > GROWS_AFTER && !requestReceived) {
                grown = connection.growWindow(stream);
            }
        }
    }

    /** Sends what was written to the upstream in the course of a read. */
    void flushUpstream() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.flushUpstream();
        }
    }

    @Override
    public void sendInterim(HttpResponse interim) {
        if (!closed) {
            connection.writeHead(stream, Http2Responses.head(interim), false);
            connection.flushSoon();
        }
        ReferenceCountUtil.release(interim);
    }

    @Override
    public void send(HttpResponse newHead, boolean reusable) {
        head = newHead;
        if (newHead instanceof HttpContent content) {
            send(content);
        }
    }

    @Override
    public void upgrade(HttpResponse accepted) {
        handshake = false;
        tunnel = true;
        if (!closed) {
            lastWrite = connection.writeHead(stream, Http2Responses.head(accepted), false);
            connection.flushSoon();
        }
        ReferenceCountUtil.release(accepted);
        pump();
    }

    @Override
    public void send(HttpContent content) {
        if (closed) {
            head = null;
            content.release();
            return;
        }
        if (toHead || !content.content().isReadable()) {
            content.release();
            if (content instanceof LastHttpContent last) {
                end(last);
            }
            return;
        }
        writeHead(false);
        LastHttpContent last = content instanceof LastHttpContent end ? end : null;
        boolean trailers = last != null && !last.trailingHeaders().isEmpty();
        lastWrite = connection.writeContent(stream, content.content(), last != null && !trailers);
        if (last != null && trailers) {
            end(last);
        }
    }

    /** Writes the end of a response where no content does: with its head, in trailers or by itself. */
    private void end(LastHttpContent last) {
        boolean trailers = !last.trailingHeaders().isEmpty();
        boolean withHead = head != null && !trailers;
        writeHead(withHead);
        if (trailers) {
            lastWrite = connection.writeHead(stream, Http2Fields.trailers(last.trailingHeaders()), true);
        } else if (!withHead) {
            lastWrite = connection.writeEnd(stream);
        }
    }

    private void writeHead(boolean end) {
        HttpResponse waiting = head;
        if (waiting != null) {
            head = null;
            lastWrite = connection.writeHead(stream, Http2Responses.head(waiting), end);
        }
    }

    @Override
    public void flush() {
        if (!closed) {
            writeHead(false);
            connection.flushSoon();
        }
    }

    @Override
    public boolean writable() {
        return !closed && connection.writable(stream);
    }

    /** The client can take more, or no more for now. */
    void onWritabilityChanged() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onClientWritabilityChanged();
        }
    }

    @Override
    public boolean requestEndHeld() {
        LastHttpContent end = heldEnd;
        return end != null && end.decoderResult().isSuccess();
    }

    /** A response that comes before its request has ended stands; the rest of the request is not wanted (RFC 9113, 8.1). */
    @Override
    public void ended() {
        exchange = null;
        dropHeld();
        if (tunnel) {
            endTunnel();
        }
        if (closed || tunnel) {
            return;
        }
        connection.awaitTaken(deadline.begin(this));
        ChannelFuture written = lastWrite;
        if (!requestReceived && written != null) {
            written.addListener(done -> connection.reset(stream, Http2Error.NO_ERROR));
        }
    }

    /** Says that no more comes; the client, which may have yet to read why, has a moment to say the same. */
    private void endTunnel() {
        if (closed) {
            return;
        }
        connection.awaitTaken(deadline.begin(this));
        connection.writeEnd(stream).addListener(written -> {
            if (!closed) {
                connection.awaitClose(deadline.begin(this));
            }
        });
        connection.flushSoon();
    }

    /** A tunnel breaks off as a connection does (RFC 8441, 5), anything else because of us. */
    @Override
    public void abort() {
        exchange = null;
        dropHeld();
        connection.reset(stream, tunnel ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR);
    }

    /** The gateway is stopping. */
    void onDrain() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onDrain();
        }
    }

    void onDeadline() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onDeadline();
        } else {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    /** Something threw that should not have. */
    void onDefect() {
        ProxyExchange current = exchange;
        if (current != null) {
            current.onDefect();
        }
    }

    /** Nothing comes or goes on the stream any more. */
    void closed() {
        closed = true;
        dropHeld();
        head = null;
        ProxyExchange current = exchange;
        exchange = null;
        if (current != null) {
            current.onClientGone();
        }
        deadline.end();
    }

    /** Whether its window is larger than others'. */
    boolean grown() {
        return grown;
    }

    StreamDeadline deadline() {
        return deadline;
    }

    private void dropHeld() {
        heldEnd = null;
        ByteBuf content = held;
        if (content != null) {
            held = null;
            connection.consumed(stream, content.readableBytes());
            content.release();
        }
    }
}
