package io.obogateway.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Ends of a connection that differ over TLS, where "nothing more comes" is a message of its own, close_notify (RFC 8446,
 * 6.1), and a close without it a truncation. {@link Channel#close()} sends it by itself.
 */
final class CloseNotify {
    private CloseNotify() {}

    /** Says that nothing more comes, and still reads. */
    static void endOutput(DuplexChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(sent -> channel.shutdownOutput());
        }
    }

    /** Cuts the connection off, so that nobody takes this for the end. */
    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.close();
        } else {
            tls.close(); // from where TLS stands, that is without it
        }
    }
}
