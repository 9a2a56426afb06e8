package io.obogateway.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service that speaks HTTP/2 in plain text and answers each request as the test says. */
public final class ScriptedHttp2Upstream implements AutoCloseable {
    /** How a request is answered, on its connection's event loop, once its head is there. */
    public interface Script {
        void answer(Stream stream, Http2Headers request, boolean ended);
    }

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<Stream> begun = new LinkedBlockingQueue<>();
    final List<Http2Headers> requests = new CopyOnWriteArrayList<>();
    final List<String> resets = new CopyOnWriteArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private volatile boolean takes = true;

    public ScriptedHttp2Upstream(Script script) {
        this(script, 100);
    }

    ScriptedHttp2Upstream(Script script, int maxStreams) {
        this(script, new Http2Settings().maxConcurrentStreams(maxStreams));
    }

    /** One that takes WebSockets (RFC 8441) and leaves them, as all else, to the test. */
    public static ScriptedHttp2Upstream forWebSockets() {
        return forWebSockets(Duration.ZERO);
    }

    /** One that says so after a while. */
    static ScriptedHttp2Upstream forWebSockets(Duration silence) {
        return new ScriptedHttp2Upstream(
                (stream, request, ended) -> {}, new Http2Settings().connectProtocolEnabled(true), silence);
    }

    ScriptedHttp2Upstream(Script script, Http2Settings settings) {
        this(script, settings, Duration.ZERO);
    }

    private ScriptedHttp2Upstream(Script script, Http2Settings settings, Duration silence) {
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        Frames frames = new Frames(script);
                        frames.handler = new Http2ConnectionHandlerBuilder()
                                .server(true)
                                .initialSettings(settings)
                                .frameListener(frames)
                                .validateHeaders(false)
                                .build();
                        channel.config().setAutoRead(silence.isZero());
                        channel.eventLoop()
                                .schedule(
                                        () -> speak(channel, frames.handler),
                                        silence.toMillis(),
                                        TimeUnit.MILLISECONDS);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private static void speak(Channel channel, @Nullable Http2ConnectionHandler handler) {
        channel.pipeline().addLast(handler);
        channel.config().setAutoRead(true);
    }

    public String url() {
        return "http://127.0.0.1:" + ((InetSocketAddress) listening.localAddress()).getPort();
    }

    public int connections() {
        return connections.get();
    }

    /** The next stream that has begun; fails when none comes. */
    public Stream accept() throws InterruptedException {
        return Objects.requireNonNull(begun.poll(10, TimeUnit.SECONDS), "no stream has begun");
    }

    /** How many have begun and not been accepted. */
    public int waiting() {
        return begun.size();
    }

    /** From here on takes none of the content that comes, so that the windows close. */
    void takeNothing() {
        takes = false;
    }

    private synchronized void received(String text) {
        content.append(text);
    }

    /** All content that came, {@code |} behind each request's. */
    public synchronized String content() {
        return content.toString();
    }

    /** One request's way back. */
    public record Stream(Http2ConnectionHandler handler, ChannelHandlerContext ctx, int id, Http2Headers request) {
        /** Goes on from the test's thread. */
        public void then(Consumer<Stream> goesOn) {
            ctx.executor().execute(() -> goesOn.accept(this));
        }

        public Stream head(int status, boolean end, String... fields) {
            Http2Headers headers = new DefaultHttp2Headers(false).status(String.valueOf(status));
            return fields(headers, end, fields);
        }

        Stream trailers(String... fields) {
            return fields(new DefaultHttp2Headers(false), true, fields);
        }

        private Stream fields(Http2Headers headers, boolean end, String... fields) {
            for (int i = 0; i < fields.length; i += 2) {
                headers.add(fields[i], fields[i + 1]);
            }
            handler.encoder().writeHeaders(ctx, id, headers, 0, end, ctx.newPromise());
            handler.flush(ctx); // by the flow controller
            return this;
        }

        public Stream data(String text, boolean end) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
            handler.encoder().writeData(ctx, id, bytes, 0, end, ctx.newPromise());
            handler.flush(ctx);
            return this;
        }

        /** Takes what it has not taken yet, and whatever comes on its connection from here on. */
        void take(ScriptedHttp2Upstream service) {
            service.takes = true;
            Http2LocalFlowController windows = handler.connection().local().flowController();
            try {
                handler.connection().forEachActiveStream(any -> {
                    windows.consumeBytes(any, windows.unconsumedBytes(any));
                    return true;
                });
            } catch (Http2Exception e) {
                throw new IllegalStateException(e);
            }
            handler.flush(ctx);
        }

        void reset(Http2Error error) {
            handler.encoder().writeRstStream(ctx, id, error.code(), ctx.newPromise());
            handler.flush(ctx);
        }

        void goAway(int lastStream) {
            handler.goAway(ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
            handler.flush(ctx);
        }

        void close() {
            ctx.channel().close();
        }
    }

    private final class Frames extends Http2EventAdapter {
        private final Script script;
        private @Nullable Http2ConnectionHandler handler;

        Frames(Script script) {
            this.script = script;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            onHeadersRead(ctx, id, headers, padding, end);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end) {
            requests.add(headers);
            Stream stream = new Stream(Objects.requireNonNull(handler), ctx, id, headers);
            script.answer(stream, headers, end);
            begun.add(stream);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end) {
            received(data.toString(StandardCharsets.ISO_8859_1) + (end ? "|" : ""));
            return takes ? data.readableBytes() + padding : 0;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long errorCode) {
            resets.add(String.valueOf(Http2Error.valueOf(errorCode)));
        }
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
