package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that speaks HTTP/1.1: one exchange after the other. It is the last handler of its channel's pipeline. */
final class Http1Connection extends ChannelInboundHandlerAdapter implements UpstreamConnection {
    /*
     * State: leased exactly while a listener is set. What may be reused is computed from what was written and read, never
     * remembered by the lessee: both messages complete, the peer willing, and nothing surplus received.
     *
     * Reading: AUTO_READ is off. A read is pending while the connection is idle, so that a close or a stray byte is seen
     * and evicts it; while it is leased, the lessee's listener decides after each read whether it wants more.
     */

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    private static final Duration LEAVING = Duration.ofSeconds(2);

    private final UpstreamPool pool;
    private final Destination destination;
    private final Channel channel;
    private final UpstreamResponseDecoder decoder;

    private @Nullable Listener listener;
    private boolean readPending;
    private boolean requestBegun;
    private boolean requestEnded;
    private boolean responseBegun;
    private boolean responseEnded;
    private boolean peerKeepsAlive;
    private boolean truncated;
    private boolean tunnel;
    private int leases;

    /** When it was made, by the pool's time. */
    final long openedAt;

    /** When it last became idle, by the pool's time. */
    long idleSince;

    Http1Connection(
            UpstreamPool pool,
            Destination destination,
            Channel channel,
            UpstreamResponseDecoder decoder,
            long openedAt) {
        this.pool = pool;
        this.destination = destination;
        this.channel = channel;
        this.decoder = decoder;
        this.openedAt = openedAt;
    }

    Destination destination() {
        return destination;
    }

    boolean isActive() {
        return channel.isActive();
    }

    void lease(Listener newListener) {
        listener = newListener;
        leases++;
        requestBegun = false;
        requestEnded = false;
        responseBegun = false;
        responseEnded = false;
        newListener.onConnected(this);
    }

    @Override
    public boolean reused() {
        return leases > 1;
    }

    /** HTTP/1.1 has no words for it. */
    @Override
    public boolean unprocessed() {
        return false;
    }

    @Override
    public boolean responseBegun() {
        return responseBegun;
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void write(HttpRequest head) {
        decoder.expectResponseTo(head.method());
        requestBegun = true;
        if (head instanceof LastHttpContent) {
            requestEnded = true;
        }
        channel.write(head, channel.voidPromise());
    }

    @Override
    public void write(HttpContent content) {
        if (content instanceof LastHttpContent) {
            requestEnded = true;
        }
        channel.write(tunnel ? content.content() : content, channel.voidPromise());
    }

    @Override
    public boolean upgradable() {
        return true;
    }

    @Override
    public void upgrade() {
        tunnel = true;
        channel.pipeline().remove(HttpRequestEncoder.class);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void read() {
        if (!readPending) {
            readPending = true;
            channel.read();
        }
    }

    @Override
    public void release(boolean reusable) {
        listener = null;
        boolean complete = requestEnded && responseEnded && peerKeepsAlive && !decoder.hasSurplus();
        if (tunnel) {
            leaveTunnel();
        } else if (reusable && (complete || !requestBegun) && channel.isActive()) {
            pool.putIdle(this);
            read();
        } else {
            channel.close();
        }
    }

    void close() {
        channel.close();
    }

    /** Says all there is to say, then waits a moment for the origin to close: closing with unread bytes would be a reset. */
    private void leaveTunnel() {
        if (!channel.isActive()) {
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> finishSending());
        channel.eventLoop().schedule((Runnable) channel::close, LEAVING.toNanos(), TimeUnit.NANOSECONDS);
        read();
    }

    private void finishSending() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(sent -> shutdownOutput());
        } else {
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Listener current = listener;
        if (current == null || responseEnded) {
            // surplus bytes: whatever they are, the next request must not take them for its response
            ReferenceCountUtil.release(message);
            if (!tunnel) {
                ctx.close();
            }
            return;
        }
        if (tunnel) {
            onTunnelled(message, current);
            return;
        }
        DecoderResult result = ((HttpObject) message).decoderResult();
        responseBegun = true;
        if (result.isFailure()) {
            ReferenceCountUtil.release(message);
            broken(new MalformedResponseException(result.cause()));
            return;
        }
        if (message instanceof HttpResponse head) {
            String violation = ResponseRules.violation(head);
            if (violation != null) {
                broken(new MalformedResponseException(violation));
                return;
            }
            if (head.status().equals(HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED)
                    && destination.origin().forwardedByProxy()) {
                broken(new ProxyCredentialsException(null));
                return;
            }
            peerKeepsAlive = HttpUtil.isKeepAlive(head) && !HttpMethod.CONNECT.equals(decoder.method());
            current.onResponseHead(head);
        }
        if (message instanceof HttpContent content) {
            if (decoder.interim()) {
                content.release(); // the empty end of a 1xx; the final response follows
                return;
            }
            if (truncated && content instanceof LastHttpContent) {
                content.release();
                broken(new IOException("the connection closed where only TLS could have said that this is the end"));
                return;
            }
            responseEnded = content instanceof LastHttpContent;
            Listener still = listener;
            if (still == null) {
                content.release();
            } else {
                still.onResponseContent(content);
            }
        }
    }

    private void onTunnelled(Object message, Listener current) {
        if (message instanceof ByteBuf bytes) {
            current.onResponseContent(new DefaultHttpContent(bytes));
        } else { // the empty end of the 101: what its decoder has read beyond comes out of it as bytes
            ReferenceCountUtil.release(message);
            channel.pipeline().remove(decoder);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readPending = false;
        Listener current = listener;
        if (current != null) {
            current.onReadComplete();
        }
        current = listener;
        if (channel.isActive() && (current == null || current.wantsMore())) {
            read();
        }
    }

    /** A close without close_notify may be anybody's, so that it completes no response (RFC 9112, 9.8). */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close) {
            truncated = !close.isSuccess();
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Listener current = listener;
        if (current != null) {
            current.onWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.removed(this);
        Listener current = listener;
        if (tunnel && current != null) {
            current.onResponseContent(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        broken(new IOException("the connection closed before the response was complete"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
            LOG.error(
                    "a connection to {} is closed because of a defect",
                    destination.origin().authority(),
                    cause);
        }
        broken(cause);
        ctx.close();
    }

    private void broken(Throwable cause) {
        Listener current = listener;
        if (current == null || responseEnded) {
            return;
        }
        if (responseBegun) {
            current.onReadComplete(); // what came before it is true, and goes on
        }
        if (listener != null) {
            listener = null;
            channel.close();
            current.onBroken(cause);
        }
    }
}
