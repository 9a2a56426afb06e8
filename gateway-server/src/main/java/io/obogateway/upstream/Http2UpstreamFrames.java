package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Told of an origin's frames, in order and once Netty's decoder has found them legal: gives each to its stream. */
final class Http2UpstreamFrames extends Http2EventAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2UpstreamFrames.class);

    /** Colon, space, CR and LF: fields are measured as in HTTP/1.1. */
    private static final int BESIDE_FIELD = 4;

    private final Http2UpstreamHandler connection;
    private final int maxHeaderBytes;

    /**
     * @param maxHeaderBytes of a field section
     */
    Http2UpstreamFrames(Http2UpstreamHandler connection, int maxHeaderBytes) {
        this.connection = connection;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        if (stream == null) {
            return;
        }
        try {
            if (isTooLarge(headers)) {
                stream.onOversizeFields();
            } else {
                stream.onHead(headers, endOfStream);
            }
        } catch (RuntimeException e) {
            defect(stream, e);
        }
    }

    private boolean isTooLarge(Http2Headers headers) {
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + BESIDE_FIELD;
        }
        return size > maxHeaderBytes;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        if (stream == null) {
            return padding + data.readableBytes();
        }
        try {
            return padding + stream.onData(data, endOfStream);
        } catch (RuntimeException e) {
            defect(stream, e);
            return padding + data.readableBytes();
        }
    }

    private static void defect(Http2UpstreamStream stream, RuntimeException cause) {
        LOG.error("an exchange fails because of a defect", cause);
        stream.onDefect(cause);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        if (stream != null) {
            stream.onReset(errorCode);
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        connection.acknowledge(settings);
        connection.onSettings(settings);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        connection.doubtRemoved();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2UpstreamStream over = connection.streamOf(stream);
        if (over != null) {
            over.onClosed();
        }
    }
}
