package io.obogateway.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.function.LongSupplier;

/** Makes the handler of an HTTP/2 connection to an origin, with what the connection may cost. */
final class Http2UpstreamSetup extends AbstractHttp2ConnectionHandlerBuilder<Http2UpstreamHandler, Http2UpstreamSetup> {
    /** What a service may send before its client has taken it. */
    private static final int STREAM_WINDOW = 128 * 1024;

    /**
     * How much larger than permitted a response's fields may be to cost only their stream: what is not decoded leaves the
     * connection's compression in an unknown state, which ends it with all its exchanges.
     */
    private static final int DECODED_BEYOND = 4;

    private static final int QUEUED_ANSWERS = 1000;
    private static final long CLOSE_MILLIS = 2000;

    private final EventLoop loop;
    private final Origin origin;
    private final int maxHeaderBytes;
    private final Http2UpstreamHandler.Owner owner;
    private final LongSupplier nanoTime;

    /**
     * @param maxHeaderBytes of a response
     * @param nanoTime the pool's
     */
    Http2UpstreamSetup(
            EventLoop loop,
            Origin origin,
            int maxHeaderBytes,
            Http2UpstreamHandler.Owner owner,
            LongSupplier nanoTime) {
        this.loop = loop;
        this.origin = origin;
        this.maxHeaderBytes = maxHeaderBytes;
        this.owner = owner;
        this.nanoTime = nanoTime;
        Http2Connection connection = new DefaultHttp2Connection(false);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        // the connection's own window is given back at once: a client that takes nothing must not stop the others
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        connection(connection);
        initialSettings(new Http2Settings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize((long) maxHeaderBytes * DECODED_BEYOND));
        validateHeaders(true);
        autoAckSettingsFrame(false); // Http2PeerHandler.acknowledge does
        headerSensitivityDetector((name, value) -> HttpHeaderNames.AUTHORIZATION.contentEqualsIgnoreCase(name));
        encoderEnforceMaxQueuedControlFrames(QUEUED_ANSWERS);
        gracefulShutdownTimeoutMillis(CLOSE_MILLIS);
    }

    Http2UpstreamHandler handler() {
        return build();
    }

    @Override
    protected Http2UpstreamHandler build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        Http2UpstreamHandler handler =
                new Http2UpstreamHandler(decoder, encoder, settings, loop, origin, owner, nanoTime);
        Http2UpstreamFrames frames = new Http2UpstreamFrames(handler, maxHeaderBytes);
        frameListener(frames);
        handler.connection().addListener(frames);
        return handler;
    }
}
