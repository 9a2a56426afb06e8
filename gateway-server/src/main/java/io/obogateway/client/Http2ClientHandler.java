package io.obogateway.client;

import static io.netty.handler.codec.http2.Http2Error.ENHANCE_YOUR_CALM;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.obogateway.proxy.Deadline;
import io.obogateway.proxy.Hop;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.proxy.ProxyExchange;
import io.obogateway.upstream.Http2PeerHandler;
import io.obogateway.upstream.UpstreamPool;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection that speaks HTTP/2, alone in its pipeline above TLS: many requests at once, each a stream. */
final class Http2ClientHandler extends Http2PeerHandler {
    /*
     * State: streams know their exchanges; what is here is the connection's: its deadlines, and whether it is to end. It is
     * idle while no stream is open.
     *
     * Reading goes on always, because frames of the flow control come between the others; what is read is bounded by the
     * windows, and by the frames that may come in a row without any use. The memory of a connection is bounded by its
     * receive window, by one socket write (128 KiB), and by one read of an upstream (64 KiB) for each stream.
     *
     * Flushes: what the upstreams send in one turn of the event loop goes to the client in one write; what one read from
     * the client brings goes to each upstream in one write.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Http2ClientHandler.class);

    /** What a stream's window grows by, beyond the protocol's default of 64 KiB, once its service takes what comes. */
    private static final int STREAM_GROWTH = 192 * 1024;

    private static final int GROWN_STREAMS = 8;
    /** So much of the connection's window has to be open before less than that is worth a frame. */
    private static final float WINDOW_RATIO = 0.9f;
    /**
     * More, also at that ratio, than all streams can hold: whatever services take nothing, none holds up another's
     * content.
     */
    private static final int CONNECTION_WINDOW = 11 * 1024 * 1024;

    private static final long PING_ANSWERED_WITHIN = TimeUnit.SECONDS.toNanos(1);

    private final ProxyContext context;
    private final UpstreamPool pool;
    private final ClientTimeouts timeouts;
    private final String scheme;
    private final Http2Connection.PropertyKey streamKey;
    private final Deadline idle;
    private final Deadline head;
    private final FrameWatch watch = new FrameWatch();
    private final ArrayDeque<StreamDeadline> deadlines = new ArrayDeque<>();
    private final List<ProxyExchange> unflushed = new ArrayList<>();

    private @Nullable Hop hop;
    private int grown;
    private boolean headTimed;
    private boolean draining;
    private boolean lastStreamSaid;
    private boolean closing;

    Http2ClientHandler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            ProxyContext context,
            UpstreamPool pool,
            ClientTimeouts timeouts,
            String scheme) {
        super(decoder, encoder, settings, true, pool.loop());
        this.context = context;
        this.pool = pool;
        this.timeouts = timeouts;
        this.scheme = scheme;
        this.streamKey = connection().newKey();
        this.idle = new Deadline(pool.loop(), this::onIdle);
        this.head = new Deadline(pool.loop(), this::onSlowHead);
    }

    /** Added when it is known what the client speaks, to a connection that stands. */
    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        hop = Hop.of(added.channel().remoteAddress(), scheme, context.trustedProxies());
        super.handlerAdded(added);
        if (added.channel().isActive()) {
            begin();
        }
    }

    private void begin() throws Http2Exception {
        encoder().flowController().listener(this::onWritabilityChanged);
        Http2Stream all = connection().connectionStream();
        ((DefaultHttp2LocalFlowController) decoder().flowController()).windowUpdateRatio(all, WINDOW_RATIO);
        growWindow(all, CONNECTION_WINDOW - 65_535);
        awaitRequest();
        if (context.draining().get()) { // it was told while TLS was agreed on, or came later
            drain();
        }
        flushNow();
        context().read();
    }

    private void awaitRequest() {
        idle.set((context.draining().get() ? ClientConnectionHandler.LINGER : timeouts.idle()).toNanos());
    }

    @Nullable
    ClientStream streamOf(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(streamKey);
    }

    ClientStream newStream(Http2Stream stream) {
        StreamDeadline deadline = deadlines.poll();
        ClientStream begun =
                new ClientStream(this, stream, deadline == null ? new StreamDeadline(pool.loop()) : deadline);
        stream.setProperty(streamKey, begun);
        idle.clear();
        return begun;
    }

    ProxyExchange exchange(ClientStream stream, Deadline deadline, HttpRequest request) {
        return new ProxyExchange(context, pool, stream, deadline, Objects.requireNonNull(hop), request);
    }

    void ended(ClientStream stream) {
        stream.closed();
        deadlines.push(stream.deadline());
        grown -= stream.grown() ? 1 : 0;
        if (connection().numActiveStreams() > 0) {
            return;
        }
        if (lastStreamSaid) {
            closeOnceWritten();
        } else {
            awaitRequest();
        }
    }

    // reading

    @Override
    protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
        int begin = in.readerIndex();
        super.decode(from, in, out);
        if (in.refCnt() > 0 && !watch.decoded(in, begin)) {
            in.skipBytes(in.readableBytes());
            onError(
                    from,
                    false,
                    Http2Exception.connectionError(ENHANCE_YOUR_CALM, "too many frames without a request"));
        }
    }

    @Override
    protected void onReadComplete() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushUpstream();
        }
        unflushed.clear();
        timeHead();
    }

    /** A head that has begun has its own deadline, which a byte or a frame now and then does not move. */
    private void timeHead() {
        boolean begun = watch.headBegun();
        if (begun && !headTimed) {
            head.set(timeouts.requestHeaders().toNanos());
        } else if (!begun && headTimed) {
            head.clear();
        }
        headTimed = begun;
    }

    private void onSlowHead() {
        ChannelHandlerContext to = context();
        onError(
                to,
                false,
                Http2Exception.connectionError(ENHANCE_YOUR_CALM, "a request's head did not arrive in time"));
    }

    void flushUpstream(ProxyExchange exchange) {
        if (!reading()) {
            exchange.flushUpstream();
        } else if (unflushed.isEmpty() || unflushed.get(unflushed.size() - 1) != exchange) {
            unflushed.add(exchange);
        }
    }

    ByteBuf allocate(int atLeast) {
        return context().alloc().buffer(atLeast);
    }

    /**
     * Gives a stream a larger window, if not too many have one.
     *
     * @return whether it has it
     */
    boolean growWindow(Http2Stream stream) {
        if (grown == GROWN_STREAMS) {
            return false;
        }
        grown++;
        growWindow(stream, STREAM_GROWTH);
        return true;
    }

    private void growWindow(Http2Stream stream, int by) {
        Http2LocalFlowController windows = decoder().flowController();
        try {
            windows.incrementWindowSize(stream, by);
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    // writing

    ChannelFuture writeHead(Http2Stream stream, Http2Headers fields, boolean end) {
        ChannelHandlerContext to = context();
        watch.worked();
        return encoder().writeHeaders(to, stream.id(), fields, 0, end, to.newPromise());
    }

    /** Takes the content. */
    ChannelFuture writeContent(Http2Stream stream, ByteBuf content, boolean end) {
        ChannelHandlerContext to = context();
        watch.worked();
        return encoder().writeData(to, stream.id(), content, 0, end, to.newPromise());
    }

    ChannelFuture writeEnd(Http2Stream stream) {
        return writeContent(stream, Unpooled.EMPTY_BUFFER, true);
    }

    private void onWritabilityChanged(Http2Stream stream) {
        ClientStream changed = streamOf(stream);
        if (changed != null) {
            changed.onWritabilityChanged();
        }
    }

    /** The response is complete and the client has not taken it yet. */
    void awaitTaken(Deadline deadline) {
        deadline.set(timeouts.idle().toNanos());
    }

    /** A tunnel is over on our side: the client has a moment to close its own. */
    void awaitClose(Deadline deadline) {
        deadline.set(ClientConnectionHandler.LINGER.toNanos());
    }

    // ending

    /** What a client had sent before it knew that its stream is closed is no error (RFC 9113, 5.1). */
    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        boolean late = !outbound && error.error() == Http2Error.STREAM_CLOSED;
        if (!late || connection().stream(error.streamId()) != null) {
            super.onStreamError(from, outbound, cause, error);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
        if (event instanceof ClientConnectionHandler.Drain) {
            drain();
        }
        super.userEventTriggered(from, event);
    }

    private void drain() throws Http2Exception {
        if (!draining) {
            draining = true;
            say(Integer.MAX_VALUE);
            encoder().writePing(context(), false, System.nanoTime(), context().newPromise());
            connection().forEachActiveStream(this::drain);
            flushNow();
            pool.loop().schedule(this::sayLastStream, PING_ANSWERED_WITHIN, TimeUnit.NANOSECONDS);
        }
    }

    /** Goes on to the next one. */
    private boolean drain(Http2Stream stream) {
        ClientStream open = streamOf(stream);
        if (open != null) {
            open.onDrain();
        }
        return true;
    }

    /** Requests that the client sent before it knew that the connection ends have arrived. */
    void onPingAnswered() {
        if (draining) {
            sayLastStream();
        }
    }

    private void sayLastStream() {
        if (!lastStreamSaid && context().channel().isActive()) {
            lastStreamSaid = true;
            say(connection().remote().lastStreamCreated());
            if (connection().numActiveStreams() == 0) {
                closeOnceWritten();
            } else {
                flushSoon();
            }
        }
    }

    private void onIdle() {
        if (closing) {
            context().close();
            return;
        }
        lastStreamSaid = true;
        say(connection().remote().lastStreamCreated());
        closeOnceWritten();
    }

    private void say(int lastStream) {
        ChannelHandlerContext to = context();
        goAway(to, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, to.newPromise());
    }

    private void closeOnceWritten() {
        if (closing) {
            return;
        }
        closing = true;
        ChannelHandlerContext to = context();
        idle.set(ClientConnectionHandler.LINGER.toNanos());
        to.write(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        flushSoon();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            LOG.debug("a client's connection failed: {}", cause.toString());
            from.close();
        } else {
            LOG.error("a client's connection is closed because of a defect", cause);
            onError(from, false, cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) throws Exception {
        super.channelInactive(from);
        idle.stop();
        head.stop();
        deadlines.forEach(StreamDeadline::stop);
        unflushed.clear();
    }
}
