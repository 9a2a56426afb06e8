package io.obogateway.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands on the listening channel: stops accepting at the limit, so that further connections wait in the backlog. */
public final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private volatile int limit;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /** From now on; where it is lower than what is open, nothing is accepted until enough have closed. */
    public void limit(int newLimit) {
        limit = newLimit;
    }

    /** Connections accepted and not yet closed. */
    public int open() {
        return open.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel listening = ctx.channel();
        if (open.incrementAndGet() >= limit) {
            listening.config().setAutoRead(false);
            resume(listening); // one may have closed in between, and perhaps it was the last
        }
        ((Channel) message).closeFuture().addListener(closed -> {
            open.decrementAndGet();
            resume(listening);
        });
        ctx.fireChannelRead(message);
    }

    private void resume(Channel listening) {
        if (open.get() < limit && !listening.config().isAutoRead()) {
            listening.config().setAutoRead(true);
        }
    }
}
