package io.obogateway.upstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests as the field sections of HTTP/2 that stand for them, and its field sections as responses (RFC 9113, 8.2 and
 * 8.3). Names and values of what comes in were checked by the decoder. Pure.
 */
final class Http2UpstreamFields {
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final DefaultHttpHeadersFactory CHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private Http2UpstreamFields() {}

    static Http2Headers of(HttpRequest request, boolean tls) {
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                request.method().asciiName(),
                AsciiString.of(request.uri()),
                scheme(tls),
                authority(request),
                Http2Fields.of(request.headers()));
    }

    static AsciiString scheme(boolean tls) {
        return tls ? HTTPS : HTTP;
    }

    static AsciiString authority(HttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        return AsciiString.of(host == null ? "" : host);
    }

    /** A response's head; null if it has no status (RFC 9113, 8.3.2). */
    static @Nullable HttpResponse response(Http2Headers fields) {
        int status = status(fields.status());
        if (status < 0) {
            return null;
        }
        HttpHeaders headers = CHECKED.newHeaders();
        copy(fields, headers);
        return new DefaultHttpResponse(Http2Version.HTTP_2, HttpResponseStatus.valueOf(status), headers);
    }

    /** Three digits, else negative. */
    private static int status(@Nullable CharSequence text) {
        if (text == null || text.length() != 3) {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            status = status * 10 + c - '0';
        }
        return status >= 100 ? status : -1;
    }

    /** Whether its length says that content follows, where it can have any (RFC 9110, 8.6). */
    static boolean announcesContent(HttpResponse head) {
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length != null && !length.equals("0");
    }

    /** Whether a response of this status has no content, whatever it was asked for (RFC 9110, 6.4.1). */
    static boolean isContentless(HttpResponseStatus status) {
        return status.equals(HttpResponseStatus.NO_CONTENT) || status.equals(HttpResponseStatus.NOT_MODIFIED);
    }

    /** The end of a response that ends with these trailers, without those that may be none (RFC 9110, 6.5.1). */
    static LastHttpContent last(Http2Headers fields) {
        LastHttpContent last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, CHECKED);
        HttpHeaders trailers = last.trailingHeaders();
        copy(fields, trailers);
        trailers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.TRAILER);
        return last;
    }

    private static void copy(Http2Headers fields, HttpHeaders to) {
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            CharSequence name = field.getKey();
            if (name.length() > 0 && name.charAt(0) != ':') {
                to.add(name, field.getValue());
            }
        }
    }
}
