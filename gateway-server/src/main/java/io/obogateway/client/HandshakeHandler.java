package io.obogateway.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS on a client's connection: adds the handlers of the protocol that was agreed on, for which the
 * connection becomes active only then, and ends the connection when TLS does. A failure of TLS is the client's, or a
 * scanner's, and worth no more than a line for who looks for it.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    private final SslHandler tls;
    private final Consumer<String> protocolHandlers;
    private boolean failed;

    /**
     * @param protocolHandlers adds them behind this one; told the protocol's name in ALPN
     */
    HandshakeHandler(SslHandler tls, Consumer<String> protocolHandlers) {
        this.tls = tls;
        this.protocolHandlers = protocolHandlers;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read(); // for the rest of the handshake SslHandler asks itself
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                String protocol = tls.applicationProtocol();
                protocolHandlers.accept(protocol == null ? ApplicationProtocolNames.HTTP_1_1 : protocol);
                ctx.fireChannelActive();
            } else {
                failed(ctx, handshake.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            ctx.close(); // who says that nothing more comes has left, as with a connection in plain text
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof SSLException
                || cause instanceof DecoderException && cause.getCause() instanceof SSLException) {
            failed(ctx, cause);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (!failed) {
            failed = true;
            LOG.debug("TLS with {} failed: {}", ctx.channel().remoteAddress(), String.valueOf(cause));
        }
        ctx.close();
    }
}
