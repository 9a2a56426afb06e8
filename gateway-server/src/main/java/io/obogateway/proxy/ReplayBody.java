package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.upstream.UpstreamConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's content, held until the response begins, so that the request can be sent again. It holds large pieces by
 * references beside the ones that are sent, copies small ones, and gives up for good once there is more than it may hold.
 */
final class ReplayBody {
    /** Each costs more than its bytes: without this bound a body of tiny chunks would cost a thousand times its size. */
    private static final int MAX_PIECES = 64;
    /** A smaller piece is copied, because it holds the whole of the read that it is a part of: up to 64 KiB. */
    private static final int COPIED_BELOW = 16 * 1024;

    private final int limit;
    private final List<HttpContent> held = new ArrayList<>(2);
    private int bytes;
    private boolean complete;
    private boolean released;

    /**
     * @param limit in bytes
     */
    ReplayBody(int limit) {
        this.limit = limit;
    }

    /** Holds a piece; borrows it. */
    void hold(HttpContent content) {
        int size = content.content().readableBytes();
        bytes += size;
        if (released || bytes > limit || held.size() == MAX_PIECES) {
            release();
            return;
        }
        held.add(size > 0 && size < COPIED_BELOW ? content.copy() : content.retainedDuplicate());
        complete = content instanceof LastHttpContent;
    }

    /** Whether everything is here. */
    boolean complete() {
        return complete && !released;
    }

    /** Writes everything once more. */
    void sendTo(UpstreamConnection connection) {
        for (HttpContent content : held) {
            connection.write(content.retainedDuplicate());
        }
    }

    /** Lets go of everything; what comes later is not held either. */
    void release() {
        released = true;
        held.forEach(HttpContent::release);
        held.clear();
    }
}
