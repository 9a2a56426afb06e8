package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.access.Decision;
import io.obogateway.jwt.VerifiedToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * When an exchange without an end of its own (a WebSocket, server-sent events, a gRPC stream) ends all the same: with the
 * inbound token that it was opened with.
 */
final class StreamEnd {
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String GRPC = "application/grpc";
    private static final String GRPC_UNAUTHENTICATED = "16";
    /** Beyond any clock. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    /** {@link System#nanoTime()}. */
    private final long at;

    private final boolean grpc;

    private StreamEnd(long at, boolean grpc) {
        this.at = at;
        this.grpc = grpc;
    }

    /**
     * The end of an exchange, seen from one of its messages; null: it ends by itself, because the message is no stream, but
     * perhaps something that takes long, or no token was looked at, or the route keeps its streams.
     */
    static @Nullable StreamEnd of(HttpMessage message, Decision.Forward forward, InstantSource clock) {
        VerifiedToken token = forward.subject();
        if (token == null || !forward.route().endsWithToken()) {
            return null;
        }
        String type = message.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && isStream(type) && !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                ? of(token, clock, isGrpc(type))
                : null;
    }

    /** The end of a WebSocket; null: it ends by itself. */
    static @Nullable StreamEnd ofTunnel(Decision.Forward forward, InstantSource clock) {
        VerifiedToken token = forward.subject();
        return token == null || !forward.route().endsWithToken() ? null : of(token, clock, false);
    }

    private static StreamEnd of(VerifiedToken token, InstantSource clock, boolean grpc) {
        return new StreamEnd(System.nanoTime() + left(token, clock.instant()).toNanos(), grpc);
    }

    /** A token that is accepted only thanks to the permitted clock skew has what is left of that. */
    static Duration left(VerifiedToken token, Instant now) {
        Duration left = Duration.between(now, token.expiresAt());
        if (left.isNegative() || left.isZero()) {
            left = left.plus(token.issuer().clockSkew());
        }
        return left.compareTo(LONGEST) > 0 ? LONGEST : left;
    }

    private static boolean isStream(String contentType) {
        return contentType.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length()) || isGrpc(contentType);
    }

    private static boolean isGrpc(String contentType) {
        return contentType.regionMatches(true, 0, GRPC, 0, GRPC.length());
    }

    /** What completes a stream's response: an event source connects again then; a gRPC client learns its status. */
    LastHttpContent last() {
        if (!grpc) {
            return LastHttpContent.EMPTY_LAST_CONTENT;
        }
        LastHttpContent last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        last.trailingHeaders().set("grpc-status", GRPC_UNAUTHENTICATED).set("grpc-message", "token expired");
        return last;
    }

    /** The lesser of a delay and what is left, in nanoseconds. */
    long within(long nanos) {
        return Math.max(0, Math.min(nanos, at - System.nanoTime()));
    }

    boolean passed() {
        return at - System.nanoTime() <= 0;
    }
}
