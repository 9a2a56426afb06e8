package io.obogateway.proxy;

import io.obogateway.route.RouteTimeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where an exchange stands, and for how long at most: a phase, the state of its two sides, and the deadline. */
final class ExchangeState {

    enum Phase {
        AUTHORIZING,
        CONNECTING,
        RELAYING,
        /** Terminal: what still arrives is released. */
        DONE
    }

    enum RequestSide {
        OPEN,
        ENDED
    }

    enum ResponseSide {
        NONE,
        HEAD_SENT,
        ENDED
    }

    /** For the rest of a frame that is on its way when its WebSocket has to end. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Deadline deadline;
    Phase phase = Phase.AUTHORIZING;
    RequestSide request = RequestSide.OPEN;
    ResponseSide response = ResponseSide.NONE;
    /** Of a stream that ends with its token. */
    private @Nullable StreamEnd streamEnd;

    /**
     * @param deadline of the client connection; the exchange owns it until it has ended
     */
    ExchangeState(Deadline deadline) {
        this.deadline = deadline;
    }

    boolean done() {
        return phase == Phase.DONE;
    }

    boolean requestEnded() {
        return request == RequestSide.ENDED;
    }

    /** Whether both messages are complete, so that neither connection holds a rest of this exchange. */
    boolean complete() {
        return requestEnded() && response == ResponseSide.ENDED;
    }

    void authorizing(Duration atMost) {
        phase = Phase.AUTHORIZING;
        deadline.set(atMost.toNanos());
    }

    void connecting(long atMostNanos) {
        phase = Phase.CONNECTING;
        deadline.set(atMostNanos);
    }

    /** Something came, or went on: the next has its time. */
    void awaitProgress(RouteTimeouts timeouts) {
        boolean awaitingHead = requestEnded() && response == ResponseSide.NONE;
        long nanos = (awaitingHead ? timeouts.response() : timeouts.streamIdle()).toNanos();
        deadline.set(streamEnd == null ? nanos : streamEnd.within(nanos));
    }

    /** A tunnel has to end. */
    void closing() {
        deadline.set(CLOSING.toNanos());
    }

    void end() {
        phase = Phase.DONE;
        deadline.clear();
    }

    /** It ends with its token; null: by itself. */
    void endsWith(@Nullable StreamEnd end) {
        streamEnd = end;
    }

    /** The end that a stream has with its token, once that has come; null: it has not. */
    @Nullable
    StreamEnd passedEnd() {
        StreamEnd end = streamEnd;
        return end != null && end.passed() ? end : null;
    }
}
