package io.obogateway.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.proxy.Authority;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a decoded head says in exactly one way where its message ends and whom it is for (RFC 9112, 3.2 and 6.3). A
 * request that does not is refused and its connection closed. Pure.
 */
final class FramingRules {
    /** Netty reads eight bytes of content after a head with both of these and a GET, whatever else it says. */
    private static final AsciiString HIXIE_KEY_1 = AsciiString.cached("sec-websocket-key1");

    private FramingRules() {}

    /** What is wrong with the framing; null if nothing. */
    static @Nullable Refusal violation(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return of(request.decoderResult().cause());
        }
        HttpHeaders headers = request.headers();
        Refusal length = contentLength(headers);
        if (length != null) {
            return length;
        }
        Refusal encoding = transferEncoding(headers);
        if (encoding != null) {
            return encoding;
        }
        if (headers.contains(HIXIE_KEY_1)) {
            return bad("an outdated WebSocket handshake");
        }
        return host(request);
    }

    static Refusal of(Throwable cause) {
        if (cause instanceof GatewayException expected) {
            return expected.refusal();
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Refusal.of(ErrorCode.HEADERS_TOO_LARGE, "the header section is too large");
        }
        if (cause instanceof TooLongHttpLineException) {
            return Refusal.of(ErrorCode.URI_TOO_LONG, "the request line is too long");
        }
        return bad("the request is malformed");
    }

    private static @Nullable Refusal contentLength(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return null;
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return bad("Content-Length and Transfer-Encoding are both given");
        }
        List<String> values = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (values.size() > 1) {
            return bad("Content-Length is given more than once");
        }
        String value = values.get(0);
        boolean digits = !value.isEmpty() && value.length() <= 18;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        return digits ? null : bad("Content-Length is not a number");
    }

    private static @Nullable Refusal transferEncoding(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return null;
        }
        List<String> values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        String value = values.get(0);
        if (values.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(value)) {
            return null;
        }
        return values.size() == 1 && isKnownCodingBeforeChunked(value)
                ? Refusal.of(ErrorCode.NOT_IMPLEMENTED, "the only transfer coding understood here is chunked")
                : bad("Transfer-Encoding is something other than chunked");
    }

    /** Well-formed and registered, but none of ours: RFC 9112, 6.1 names 501 for it. */
    private static boolean isKnownCodingBeforeChunked(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "gzip, chunked", "x-gzip, chunked", "deflate, chunked", "compress, chunked", "x-compress, chunked" ->
                true;
            default -> false;
        };
    }

    private static @Nullable Refusal host(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            return bad("Host is given more than once");
        }
        if (hosts.isEmpty()) {
            boolean optional = request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                    && request.uri().charAt(0) == '/';
            return optional ? null : bad("Host is missing");
        }
        if (!Authority.isValid(hosts.get(0))) {
            return bad("Host is not a name or an address, perhaps with a port");
        }
        return request.uri().charAt(0) == '/' || Authority.isValid(Authority.of(request))
                ? null
                : bad("the request target's host is not a name or an address, perhaps with a port");
    }

    private static Refusal bad(String detail) {
        return Refusal.of(ErrorCode.BAD_REQUEST, detail);
    }
}
