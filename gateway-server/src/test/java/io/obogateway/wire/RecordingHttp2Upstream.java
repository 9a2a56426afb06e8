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
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.obogateway.wire.Message.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * As {@link RecordingUpstream}, in HTTP/2: it keeps what it is sent, as the HTTP/1.1 message that says the same, and
 * answers in HTTP/2 what it was told in HTTP/1.1.
 */
final class RecordingHttp2Upstream implements AutoCloseable {
    /** Responses in their order, the last one final. */
    private final Map<String, List<Message>> responses = new ConcurrentHashMap<>();

    private final BlockingQueue<Message> seen = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final int port;

    RecordingHttp2Upstream() {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Frames frames = new Frames();
                        frames.handler = new Http2ConnectionHandlerBuilder()
                                .server(true)
                                .frameListener(frames)
                                .build();
                        channel.pipeline().addLast(frames.handler);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void answer(int number, List<Message> inOrder) {
        responses.put(Integer.toString(number), inOrder);
    }

    /** The next request that it was sent. */
    Message next() throws InterruptedException {
        Message next = seen.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("the upstream was sent nothing");
        }
        return next;
    }

    private static List<Field> fields(Http2Headers headers) {
        List<Field> fields = new ArrayList<>();
        headers.forEach(field -> {
            if (field.getKey().charAt(0) != ':') {
                fields.add(new Field(field.getKey().toString(), field.getValue().toString()));
            }
        });
        return fields;
    }

    /** One request as far as it has come. */
    private static final class Coming {
        private final Http2Headers head;
        private final StringBuilder content = new StringBuilder();
        private List<Field> trailers = List.of();

        Coming(Http2Headers head) {
            this.head = head;
        }

        Message message() {
            List<Field> fields = fields(head);
            fields.add(0, new Field("host", String.valueOf(head.authority())));
            return new Message(head.method() + " " + head.path() + " HTTP/1.1", fields, content.toString(), trailers);
        }
    }

    private final class Frames extends Http2EventAdapter {
        private final Map<Integer, Coming> coming = new HashMap<>();
        private @Nullable Http2ConnectionHandler handler;

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
            Coming begun = coming.get(id);
            if (begun == null) {
                coming.put(id, new Coming(headers));
            } else {
                begun.trailers = fields(headers);
            }
            if (end) {
                ended(ctx, id);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end) {
            Objects.requireNonNull(coming.get(id)).content.append(data.toString(StandardCharsets.ISO_8859_1));
            if (end) {
                ended(ctx, id);
            }
            return data.readableBytes() + padding;
        }

        private void ended(ChannelHandlerContext ctx, int id) {
            Message request = Objects.requireNonNull(coming.remove(id)).message();
            seen.add(request);
            List<Message> answers =
                    responses.getOrDefault(String.join("", request.values(RecordingUpstream.CASE)), List.of());
            for (Message answer : answers) {
                send(ctx, id, answer);
            }
        }

        private void send(ChannelHandlerContext ctx, int id, Message answer) {
            Http2ConnectionHandler to = Objects.requireNonNull(handler);
            boolean trailers = !answer.trailers().isEmpty();
            boolean content = !answer.content().isEmpty();
            boolean end = answer.status() >= 200 && !trailers;
            Http2Headers head = headers(answer.fields()).status(String.valueOf(answer.status()));
            to.encoder().writeHeaders(ctx, id, head, 0, end && !content, ctx.newPromise());
            if (content) {
                ByteBuf bytes = Unpooled.copiedBuffer(answer.content(), StandardCharsets.ISO_8859_1);
                to.encoder().writeData(ctx, id, bytes, 0, end, ctx.newPromise());
            }
            if (trailers) {
                to.encoder().writeHeaders(ctx, id, headers(answer.trailers()), 0, true, ctx.newPromise());
            }
            to.flush(ctx);
        }

        private Http2Headers headers(List<Field> fields) {
            Http2Headers headers = new DefaultHttp2Headers(false);
            fields.forEach(field -> headers.add(field.name().toLowerCase(Locale.ROOT), field.value()));
            return headers;
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
