package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that speaks HTTP/2, last in its pipeline: many exchanges at once, each a stream. */
final class Http2UpstreamHandler extends Http2PeerHandler {
    /*
     * Leases are counted from the moment they are given, because a stream exists only from its request's head on. The
     * connection reads always: what that can bring is bounded by the windows of the streams that are there.
     *
     * Flushes: what the exchanges write in one turn of the event loop goes out in one write; what one read brings is
     * flushed to each client once.
     */

    /** Whoever gives its leases. */
    interface Owner {
        /** The service has said what it permits, for the first time or anew: not before does anybody get a lease. */
        void permitted(Http2UpstreamHandler connection);

        /** An exchange has ended. */
        void roomMade();

        /** The connection is gone. */
        void closed(Http2UpstreamHandler connection);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Http2UpstreamHandler.class);

    /** At once; where the peer permits more, the next one opens another connection. */
    static final int MAX_LEASES = 128;

    private static final int MAX_STREAM_ID = 1 << 30;
    private static final long PING_ANSWERED_WITHIN = TimeUnit.SECONDS.toNanos(5);

    private final Origin origin;
    private final Owner owner;
    private final Http2Connection.PropertyKey streamKey;
    private final List<Http2UpstreamStream> touched = new ArrayList<>();

    private @Nullable ScheduledFuture<?> doubt;
    private boolean used;
    private boolean retired;
    private boolean extendedConnect;
    private int leases;

    private final LongSupplier nanoTime;

    /** When it was made. */
    final long openedAt;

    /** When it was last without leases. */
    long idleSince;

    Http2UpstreamHandler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            EventLoop loop,
            Origin origin,
            Owner owner,
            LongSupplier nanoTime) {
        super(decoder, encoder, settings, false, loop);
        this.origin = origin;
        this.owner = owner;
        this.nanoTime = nanoTime;
        this.openedAt = nanoTime.getAsLong();
        this.idleSince = openedAt;
        this.streamKey = connection().newKey();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        super.handlerAdded(added);
        encoder().flowController().listener(this::onWritabilityChanged);
        added.channel().config().setAutoRead(true);
    }

    // leases

    boolean hasRoom() {
        return leases < Math.min(MAX_LEASES, connection().local().maxActiveStreams()) && !leaving();
    }

    /** Whether it gives no leases any more, whoever ends. */
    boolean leaving() {
        return retired
                || !context().channel().isActive()
                || connection().goAwayReceived()
                || connection().goAwaySent()
                || connection().local().lastStreamCreated() >= MAX_STREAM_ID;
    }

    void lease(UpstreamConnection.Listener listener) {
        leases++;
        new Http2UpstreamStream(this, used).lease(listener);
    }

    void ended() {
        leases--;
        if (leases == 0) {
            idleSince = nanoTime.getAsLong();
            if (retired || connection().goAwayReceived()) {
                close();
            }
        }
        owner.roomMade();
    }

    boolean idle() {
        return leases == 0;
    }

    /** Gives no more leases; closes when the last one has ended. */
    void retire() {
        retired = true;
        if (leases == 0) {
            close();
        }
    }

    /** Closes at once. */
    void close() {
        context().close();
    }

    // streams

    @Nullable
    Http2UpstreamStream streamOf(int streamId) {
        return streamOf(connection().stream(streamId));
    }

    @Nullable
    Http2UpstreamStream streamOf(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(streamKey);
    }

    /** Whether it was begun after the last one that the peer's GOAWAY names (RFC 9113, 6.8). */
    boolean isUnknownToPeer(Http2Stream stream) {
        return connection().goAwayReceived()
                && stream.id() > connection().local().lastStreamKnownByPeer();
    }

    /** Whether its service takes an extended CONNECT (RFC 8441, 3). */
    boolean extendedConnect() {
        return extendedConnect;
    }

    boolean tls() {
        return origin.tls();
    }

    /** Sends a request's head; null if it cannot be sent, of which the exchange has heard then. */
    @Nullable
    Http2Stream begin(Http2UpstreamStream exchange, Http2Headers head, boolean end) {
        ChannelHandlerContext to = context();
        int id = connection().local().incrementAndGetNextStreamId();
        var written = encoder().writeHeaders(to, id, head, 0, end, to.newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            used = true;
            stream.setProperty(streamKey, exchange);
            return stream;
        }
        Throwable cause = written.cause(); // fields larger than the service takes, or no more stream ids
        loop().execute(() -> exchange.notBegun(new IOException("HTTP/2 cannot carry the request's head", cause)));
        return null;
    }

    /** Takes the content. */
    void writeContent(Http2Stream stream, ByteBuf content, boolean end) {
        ChannelHandlerContext to = context();
        encoder().writeData(to, stream.id(), content, 0, end, to.newPromise());
    }

    void writeTrailers(Http2Stream stream, Http2Headers trailers) {
        ChannelHandlerContext to = context();
        encoder().writeHeaders(to, stream.id(), trailers, 0, true, to.newPromise());
    }

    /** Says that no more comes; the peer has a moment to take what was written and to say the same. */
    void end(Http2Stream stream, long withinNanos) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            writeContent(stream, Unpooled.EMPTY_BUFFER, true);
            flushSoon();
            loop().schedule(() -> reset(stream, Http2Error.CANCEL), withinNanos, TimeUnit.NANOSECONDS);
        }
    }

    boolean writable() {
        return context().channel().isWritable();
    }

    private void onWritabilityChanged(Http2Stream stream) {
        Http2UpstreamStream changed = streamOf(stream);
        if (changed != null) {
            changed.onWritabilityChanged();
        }
    }

    // reading

    void touched(Http2UpstreamStream stream) {
        if (touched.isEmpty() || touched.get(touched.size() - 1) != stream) {
            touched.add(stream);
        }
    }

    @Override
    protected void onReadComplete() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).onReadComplete();
        }
        touched.clear();
    }

    void onSettings(Http2Settings settings) {
        Boolean said = settings.connectProtocolEnabled();
        extendedConnect = said == null ? extendedConnect : said;
        owner.permitted(this);
    }

    /** The exchange hears of it before its stream closes, which alone would look as if the connection had broken. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, Http2Exception.StreamException violation) {
        Http2UpstreamStream violated = outbound ? null : streamOf(violation.streamId());
        if (violated != null) {
            violated.onViolation(violation);
        }
        super.onStreamError(from, outbound, cause, violation);
    }

    // whether anybody is there

    /** An exchange was given up without an answer: if nobody is there any more, others should not wait for theirs. */
    void doubt() {
        if (doubt == null && context().channel().isActive()) {
            ChannelHandlerContext to = context();
            encoder().writePing(to, false, System.nanoTime(), to.newPromise());
            flushSoon();
            doubt = loop().schedule((Runnable) this::close, PING_ANSWERED_WITHIN, TimeUnit.NANOSECONDS);
        }
    }

    void doubtRemoved() {
        ScheduledFuture<?> running = doubt;
        doubt = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            from.close();
        } else {
            if (!(cause instanceof Http2Exception)) {
                LOG.error("a connection to {} is closed because of a defect", origin.authority(), cause);
            }
            onError(from, false, cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) throws Exception {
        doubtRemoved();
        owner.closed(this);
        super.channelInactive(from); // closes the streams
    }
}
