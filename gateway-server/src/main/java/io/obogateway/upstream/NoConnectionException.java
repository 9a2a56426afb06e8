package io.obogateway.upstream;

import java.io.IOException;

/** The gateway itself withholds a connection: nothing was tried. Without a stack trace, because it comes in floods. */
public final class NoConnectionException extends IOException {
    private static final long serialVersionUID = 1;

    /** Why there is none. */
    public enum Reason {
        /** Every address has failed so often that requests are held back from it for the moment. */
        CIRCUIT_OPEN("every address of the upstream is out of service for the moment"),
        /** So many connections as are permitted stand, and none became free in time. */
        NO_SLOT("every permitted connection to the upstream is in use");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    public NoConnectionException(Reason reason) {
        super(reason.text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
