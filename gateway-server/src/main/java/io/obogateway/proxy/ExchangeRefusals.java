package io.obogateway.proxy;

import io.netty.handler.codec.CodecException;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.upstream.MalformedResponseException;
import io.obogateway.upstream.NoConnectionException;
import io.obogateway.upstream.ProxyCredentialsException;
import java.io.IOException;
import java.time.Duration;

/** What a client is told when an exchange goes wrong after, or without, the policy's decision. */
final class ExchangeRefusals {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    static final Refusal OVERLOADED =
            Refusal.of(ErrorCode.OVERLOADED, "too many requests are in flight").withRetryAfter(RETRY_AFTER);
    static final Refusal EXPECTATION =
            Refusal.of(ErrorCode.EXPECTATION_FAILED, "the only expectation met here is 100-continue");
    static final Refusal CONTENT_FRAMING = Refusal.of(ErrorCode.BAD_REQUEST, "the body's framing is malformed");
    static final Refusal NO_CONNECTION = Refusal.of(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "no connection to the service behind this route")
            .withRetryAfter(RETRY_AFTER);
    private static final Refusal CIRCUIT_OPEN = Refusal.of(
                    ErrorCode.UPSTREAM_UNAVAILABLE,
                    "the service behind this route has failed again and again; no request is sent to it for the moment")
            .withRetryAfter(RETRY_AFTER);
    private static final Refusal NO_SLOT = Refusal.of(
                    ErrorCode.OVERLOADED, "every connection to the service behind this route is in use")
            .withRetryAfter(RETRY_AFTER);
    static final Refusal SWITCHED =
            Refusal.of(ErrorCode.UPSTREAM_INVALID, "the service switched protocols without being asked");
    static final Refusal HANDSHAKE =
            Refusal.of(ErrorCode.UPSTREAM_INVALID, "the service's answer to the WebSocket handshake is malformed");
    static final Refusal NOT_SWITCHED = Refusal.of(
            ErrorCode.UPSTREAM_INVALID, "the service answered the WebSocket handshake as if it were a plain request");
    static final Refusal NO_WEBSOCKET = Refusal.of(
                    ErrorCode.NOT_IMPLEMENTED,
                    "the service behind this route speaks HTTP/2 and has not said that it takes WebSockets there"
                            + " (SETTINGS_ENABLE_CONNECT_PROTOCOL)")
            .withRemedy(
                    "Have the service take WebSockets over HTTP/2 (RFC 8441), or the operator set the route's upstream"
                            + " to protocol = http1.");
    static final Refusal EXPIRED =
            Refusal.of(ErrorCode.TOKEN_INVALID, "the token expired before the stream's response began");
    static final Refusal NO_DECISION = Refusal.of(ErrorCode.PROVIDER_UNAVAILABLE, "no decision about the token in time")
            .withRetryAfter(RETRY_AFTER);
    static final Refusal CONTENT_STOPPED = Refusal.of(ErrorCode.REQUEST_TIMEOUT, "the body stopped arriving");
    static final Refusal NO_ANSWER = Refusal.of(ErrorCode.UPSTREAM_TIMEOUT, "the service did not answer in time");
    static final Refusal DEFECT =
            Refusal.of(ErrorCode.INTERNAL, "the gateway failed while it passed the request on; its log says why");
    private static final Refusal MALFORMED =
            Refusal.of(ErrorCode.UPSTREAM_INVALID, "the service's response is malformed");
    private static final Refusal CLOSED =
            Refusal.of(ErrorCode.UPSTREAM_INVALID, "the service closed the connection without a complete response");

    private ExchangeRefusals() {}

    static Refusal contentTooLarge(long maxBytes) {
        return Refusal.of(ErrorCode.BODY_TOO_LARGE, "the body is larger than the " + maxBytes + " bytes allowed here");
    }

    static Refusal noConnection(Throwable cause) {
        if (cause instanceof NoConnectionException withheld) {
            return switch (withheld.reason()) {
                case CIRCUIT_OPEN -> CIRCUIT_OPEN;
                case NO_SLOT -> NO_SLOT;
            };
        }
        return NO_CONNECTION;
    }

    static Refusal broken(Throwable cause) {
        if (cause instanceof MalformedResponseException) {
            return MALFORMED;
        }
        if (cause instanceof ProxyCredentialsException) {
            return NO_CONNECTION;
        }
        return cause instanceof IOException || cause instanceof CodecException ? CLOSED : DEFECT;
    }
}
