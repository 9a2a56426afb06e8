package io.obogateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What flows between the two ends of a WebSocket: bytes, untouched, until the gateway itself has to end it. Then each end
 * gets a Close frame at the next boundary between frames, and nothing after it.
 */
final class Tunnel {
    private final Direction toClient;
    private final Direction toUpstream;
    private @Nullable WebSocketClose reason;

    /**
     * @param client writes to the client; takes the content
     * @param upstream writes to the upstream; takes the content
     */
    Tunnel(Consumer<HttpContent> client, Consumer<HttpContent> upstream) {
        this.toClient = new Direction(client, false);
        this.toUpstream = new Direction(upstream, true);
    }

    /** Passes on what came from the upstream; takes it. */
    void toClient(HttpContent content) {
        toClient.pass(content, reason);
    }

    /** Passes on what came from the client; takes it. */
    void toUpstream(HttpContent content) {
        toUpstream.pass(content, reason);
    }

    /** Begins to close it, once. */
    void close(WebSocketClose because) {
        if (reason == null) {
            reason = because;
            toClient.closeAtBoundary(because);
            toUpstream.closeAtBoundary(because);
        }
    }

    boolean closing() {
        return reason != null;
    }

    /** Whether the gateway is closing it and both ends have been told. */
    boolean closed() {
        return toClient.over && toUpstream.over;
    }

    /** One direction. */
    private static final class Direction {
        private final WebSocketFrames frames = new WebSocketFrames();
        private final Consumer<HttpContent> end;
        private final boolean masked;
        /** Nothing goes this way any more. */
        private boolean over;

        Direction(Consumer<HttpContent> end, boolean masked) {
            this.end = end;
            this.masked = masked;
        }

        void pass(HttpContent content, @Nullable WebSocketClose reason) {
            if (over) {
                content.release();
            } else if (reason == null) {
                frames.pass(content.content());
                end.accept(content);
            } else {
                ByteBuf bytes = content.content();
                bytes.writerIndex(frames.passToBoundary(bytes));
                end.accept(content);
                closeAtBoundary(reason);
            }
        }

        /** An end that was sent a Close frame by the other one knows already. */
        void closeAtBoundary(WebSocketClose reason) {
            if (frames.atBoundary()) {
                over = true;
                if (!frames.closeSeen()) {
                    end.accept(reason.frame(masked));
                }
            }
        }
    }
}
