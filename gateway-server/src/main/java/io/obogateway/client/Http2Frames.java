package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.upstream.Http2Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Told of a client's frames, in order and once Netty's decoder has found them legal: gives each to its stream. */
final class Http2Frames extends Http2EventAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Frames.class);

    private final Http2ClientHandler connection;
    private final Http2Requests requests;

    Http2Frames(Http2ClientHandler connection, Http2Requests requests) {
        this.connection = connection;
        this.requests = requests;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        connection.acknowledge(settings);
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
            boolean endStream) {
        onHeadersRead(ctx, streamId, headers, padding, endStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream) {
        Http2Stream stream = connection.connection().stream(streamId);
        ClientStream begun = connection.streamOf(stream);
        if (begun == null) {
            begun = connection.newStream(stream);
            begin(begun, headers, endStream);
            return;
        }
        try {
            begun.onTrailers(headers);
        } catch (RuntimeException e) {
            defect(begun, e);
        }
    }

    private void begin(ClientStream stream, Http2Headers headers, boolean endStream) {
        HttpRequest request;
        Refusal refusal = null;
        try {
            request = requests.request(headers, endStream);
        } catch (GatewayException e) {
            request = new DefaultHttpRequest(Http2Version.HTTP_2, HttpMethod.GET, "/");
            refusal = e.refusal();
        }
        try {
            stream.begin(request, refusal, endStream);
        } catch (RuntimeException e) {
            defect(stream, e);
        }
    }

    /** What is wrong with one request is not the others'. */
    private static void defect(ClientStream stream, RuntimeException cause) {
        LOG.error("a request fails because of a defect", cause);
        stream.onDefect();
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        ClientStream stream = connection.streamOf(connection.connection().stream(streamId));
        if (stream == null) {
            return data.readableBytes() + padding;
        }
        try {
            return padding + stream.onData(data, endOfStream);
        } catch (RuntimeException e) {
            defect(stream, e);
            return padding;
        }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        connection.onPingAnswered();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        ClientStream over = connection.streamOf(stream);
        if (over != null) {
            connection.ended(over);
        }
    }
}
