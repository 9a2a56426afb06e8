package io.obogateway.client;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.obogateway.proxy.ProxyContext;
import io.obogateway.upstream.UpstreamPool;

/** Makes the handler of an HTTP/2 connection, with what the connection may cost: its settings, and the floods that end it. */
final class Http2Setup extends AbstractHttp2ConnectionHandlerBuilder<Http2ClientHandler, Http2Setup> {
    /** As many requests at once as with nginx; more wait at the client. */
    private static final int STREAMS = 128;
    /** Within so many seconds. Users who change their minds, also all those behind another proxy, stay below it. */
    private static final int RESETS = 500;

    private static final int RESET_SECONDS = 30;
    /** Answers to PING and SETTINGS, and resets, that the client has not taken. */
    private static final int QUEUED_ANSWERS = 1000;

    private static final int EMPTY_DATA_FRAMES = 10;
    private static final int SMALL_CONTINUATIONS = 16;
    private static final long CLOSE_MILLIS = 2000;

    private final ProxyContext context;
    private final UpstreamPool pool;
    private final ClientTimeouts timeouts;
    private final Http2Requests requests;
    private final String scheme;

    /**
     * @param scheme of the requests that come by the connection: http, https
     */
    Http2Setup(
            ProxyContext context, UpstreamPool pool, ClientTimeouts timeouts, Http2Requests requests, String scheme) {
        this.context = context;
        this.pool = pool;
        this.timeouts = timeouts;
        this.requests = requests;
        this.scheme = scheme;
        Http2Connection connection = new DefaultHttp2Connection(true);
        // fair among streams; priorities, which RFC 9113 has dropped, cost nothing
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        connection(connection);
        initialSettings(new Http2Settings()
                .maxConcurrentStreams(STREAMS)
                .maxHeaderListSize(requests.maxHeaderListSize())
                .connectProtocolEnabled(true)); // WebSockets (RFC 8441, 3)
        validateHeaders(false); // Http2Requests does
        autoAckSettingsFrame(false); // Http2PeerHandler.acknowledge does
        decoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS);
        encoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS);
        encoderEnforceMaxQueuedControlFrames(QUEUED_ANSWERS);
        decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES);
        decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATIONS);
        gracefulShutdownTimeoutMillis(CLOSE_MILLIS);
    }

    Http2ClientHandler handler() {
        return build();
    }

    @Override
    protected Http2ClientHandler build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        Http2ClientHandler handler =
                new Http2ClientHandler(decoder, encoder, settings, context, pool, timeouts, scheme);
        Http2Frames frames = new Http2Frames(handler, requests);
        frameListener(frames);
        handler.connection().addListener(frames);
        return handler;
    }
}
