package io.obogateway.proxy;

/** Where an exchange stands: a phase and the state of its two sides. */
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

    Phase phase = Phase.AUTHORIZING;
    RequestSide request = RequestSide.OPEN;
    ResponseSide response = ResponseSide.NONE;

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
}
