package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Stands first in the pipeline of a plain-text connection until it is known what the client speaks: HTTP/2 if it begins
 * with that protocol's preface (RFC 9113, 3.3), else HTTP/1.1, which is what the handlers behind it are for.
 */
final class PrefaceDetector extends ChannelInboundHandlerAdapter {
    /** Not all of it: no HTTP/1.1 request that we would take begins so. */
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ClientInitializer pipelines;
    private @Nullable ByteBuf begun;

    PrefaceDetector(ClientInitializer pipelines) {
        this.pipelines = pipelines;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        ByteBuf before = begun;
        if (before != null) {
            begun = null;
            bytes = Unpooled.wrappedBuffer(before, bytes);
        }
        int known = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < known; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                goOn(ctx, bytes);
                return;
            }
        }
        if (known < PREFACE.length) {
            begun = bytes;
        } else {
            ChannelHandler behind;
            while ((behind = ctx.pipeline().last()) != this) {
                ctx.pipeline().remove(behind);
            }
            pipelines.http2(ctx.channel(), "http");
            goOn(ctx, bytes);
        }
    }

    private void goOn(ChannelHandlerContext ctx, ByteBuf bytes) {
        ctx.fireChannelRead(bytes);
        ctx.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        ByteBuf bytes = begun;
        if (bytes != null) {
            begun = null;
            bytes.release();
        }
    }
}
