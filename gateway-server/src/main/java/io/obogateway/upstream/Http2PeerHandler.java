package io.obogateway.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/2, as both sides of the proxy use it: what is written to it in one turn of the event loop,
 * or in the course of one read, goes out in one write. For its event loop only.
 */
public abstract class Http2PeerHandler extends Http2ConnectionHandler {
    /** The protocol's default, in bytes (RFC 9113, 6.5.2). */
    private static final long COMPRESSION_TABLE = 4096;

    private final EventLoop loop;
    private final Runnable flush = this::flushNow;
    private @Nullable ChannelHandlerContext ctx;
    private boolean flushing;
    private boolean reading;

    /**
     * @param decoupleCloseAndGoAway as Netty's constructor has it: closing says no GOAWAY by itself
     */
    protected Http2PeerHandler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            boolean decoupleCloseAndGoAway,
            EventLoop loop) {
        super(decoder, encoder, settings, decoupleCloseAndGoAway, true);
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        ctx = added;
        super.handlerAdded(added);
    }

    protected final ChannelHandlerContext context() {
        ChannelHandlerContext present = ctx;
        if (present == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return present;
    }

    protected final EventLoop loop() {
        return loop;
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        reading = true;
        super.channelRead(from, message);
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext from) throws Exception {
        reading = false;
        onReadComplete();
        super.channelReadComplete(from); // flushes
    }

    /** All that could be read is read, for now; what this writes is sent with the rest. */
    protected abstract void onReadComplete();

    /** Whether what is read is being dealt with: {@link #onReadComplete} is still to come. */
    protected final boolean reading() {
        return reading;
    }

    /** Sends what was written, once for all that is written in this turn of the event loop. */
    public final void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            loop.execute(flush);
        }
    }

    protected final void flushNow() {
        flushing = false;
        flush(context());
    }

    /**
     * Takes what the peer says of itself, but for the size of the table by which fields are compressed for it: it may permit
     * gigabytes (RFC 7541, 4.2), and Netty would fill them with whatever is said, and search them for each field.
     */
    public final void acknowledge(Http2Settings settings) {
        Long table = settings.headerTableSize();
        if (table != null && table > COMPRESSION_TABLE) {
            settings.headerTableSize(COMPRESSION_TABLE);
        }
        encoder().writeSettingsAck(context(), context().newPromise());
    }

    /** Whether the stream takes more without it piling up here. */
    public final boolean writable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /** Gives bytes of the window back: their content is somebody else's now. */
    public final void consumed(Http2Stream stream, int bytes) {
        try {
            decoder().flowController().consumeBytes(stream, bytes);
            flushSoon();
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /** Ends a stream that the peer has not ended. */
    public final void reset(Http2Stream stream, Http2Error error) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            ChannelHandlerContext to = context();
            encoder().writeRstStream(to, stream.id(), error.code(), to.newPromise());
            flushSoon();
        }
    }
}
