package io.obogateway.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.obogateway.upstream.Http2Fields;

/** Response heads as field sections of HTTP/2 (RFC 9113, 8.3.2). */
final class Http2Responses {
    private Http2Responses() {}

    /** Borrows the response; fields that it may not have are removed from it. */
    static Http2Headers head(HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.NO_CONTENT)) {
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH); // RFC 9110, 8.6
        }
        return ReadOnlyHttp2Headers.serverHeaders(
                false, response.status().codeAsText(), Http2Fields.of(response.headers()));
    }
}
