package io.obogateway.upstream;

import java.io.IOException;

/**
 * An attempt to connect that several requests waited for has failed, and another of them was told so first: it says nothing
 * more of the address. Without a stack trace, because it comes in floods.
 */
final class ConnectionAttemptException extends IOException {
    private static final long serialVersionUID = 1;

    ConnectionAttemptException(Throwable cause) {
        super(FailureText.of(cause), cause);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
