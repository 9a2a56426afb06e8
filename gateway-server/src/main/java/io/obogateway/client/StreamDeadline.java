package io.obogateway.client;

import io.netty.channel.EventLoop;
import io.obogateway.proxy.Deadline;
import org.jspecify.annotations.Nullable;

/** A deadline that the streams of a connection use one after the other: most of them cost no timer of their own. */
final class StreamDeadline {
    private final Deadline deadline;
    private @Nullable ClientStream user;

    StreamDeadline(EventLoop loop) {
        deadline = new Deadline(loop, this::expired);
    }

    Deadline begin(ClientStream stream) {
        user = stream;
        return deadline;
    }

    void end() {
        user = null;
        deadline.clear();
    }

    void stop() {
        user = null;
        deadline.stop();
    }

    private void expired() {
        ClientStream stream = user;
        if (stream != null) {
            stream.onDeadline();
        }
    }
}
