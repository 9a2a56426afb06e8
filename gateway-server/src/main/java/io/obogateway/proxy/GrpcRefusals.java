package io.obogateway.proxy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.obogateway.error.Refusal;
import io.obogateway.upstream.Http2Version;
import java.nio.charset.StandardCharsets;

/**
 * A refusal as a gRPC client understands it: a response of one head, whose fields are its trailers ("Trailers-Only" in
 * <i>gRPC over HTTP2</i>). Pure.
 */
final class GrpcRefusals {
    private static final String CONTENT_TYPE = "application/grpc";
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString CODE = AsciiString.cached("obo-gateway-code");
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcRefusals() {}

    /** Whether a request, as it came, is gRPC's: over HTTP/1.1 there is none. */
    static boolean applyTo(HttpRequest request) {
        if (!request.protocolVersion().equals(Http2Version.HTTP_2)) {
            return false;
        }
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, CONTENT_TYPE, 0, CONTENT_TYPE.length());
    }

    /**
     * @param problem the same refusal for anybody else; its challenge and {@code Retry-After} are kept, its content is
     *     released
     */
    static FullHttpResponse of(Refusal refusal, FullHttpResponse problem) {
        problem.release();
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
        headers.set(GRPC_STATUS, Integer.toString(status(refusal.code().status())));
        headers.set(GRPC_MESSAGE, percentEncoded(refusal.detail()));
        headers.set(CODE, refusal.code().code());
        keep(HttpHeaderNames.WWW_AUTHENTICATE, problem.headers(), headers);
        keep(HttpHeaderNames.RETRY_AFTER, problem.headers(), headers);
        return response;
    }

    private static void keep(AsciiString name, HttpHeaders from, HttpHeaders to) {
        String value = from.get(name);
        if (value != null) {
            to.set(name, value);
        }
    }

    /** What gRPC's table of HTTP statuses says, more precisely where the gateway knows more. */
    private static int status(int httpStatus) {
        return switch (httpStatus) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 413, 414, 429, 431 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            case 400, 417, 500 -> INTERNAL;
            default -> UNKNOWN;
        };
    }

    /** {@code Status-Message} of the same document: printable ASCII but for the percent sign, other bytes escaped. */
    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return encoded.toString();
    }
}
