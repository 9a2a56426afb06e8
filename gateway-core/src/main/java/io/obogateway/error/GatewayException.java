package io.obogateway.error;

import org.jspecify.annotations.Nullable;

/**
 * Unwinds an expected refusal inside the core; the authorizer turns it into a decision. It has no stack trace, because
 * what it says is in the {@link Refusal} and it may be thrown for every request of a flood.
 */
public final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public GatewayException(Refusal refusal) {
        this(refusal, null);
    }

    /**
     * @param cause what lies behind it, for the log only
     */
    public GatewayException(Refusal refusal, @Nullable Throwable cause) {
        super(refusal.code().code() + ": " + refusal.detail(), cause, true, false);
        this.refusal = refusal;
    }

    public GatewayException(ErrorCode code, String detail) {
        this(Refusal.of(code, detail), null);
    }

    public Refusal refusal() {
        return refusal;
    }

    public ErrorCode code() {
        return refusal.code();
    }
}
