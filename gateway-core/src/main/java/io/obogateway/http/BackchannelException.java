package io.obogateway.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call to an issuer or a token provider that got no complete answer. */
public final class BackchannelException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What stopped the call; decides whether trying again can help. */
    public enum Reason {
        /** No connection: refused, unreachable, name not found, TLS failed. */
        UNREACHABLE,
        /** The outbound proxy does not take the credentials that it was shown, or wants some (407). */
        PROXY_CREDENTIALS,
        /** The connection broke before the answer was complete. */
        BROKEN,
        /** The deadline passed. */
        TIMEOUT,
        /** More content than allowed. */
        TOO_LARGE,
        /** What came back is no HTTP. */
        MALFORMED
    }

    private final Reason reason;

    public BackchannelException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
