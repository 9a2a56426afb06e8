package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * A WebSocket's opening handshake of HTTP/1.1 as HTTP/2 has it: a CONNECT that says with {@code :protocol} what its stream is
 * to carry, and success in the place of 101 (RFC 8441, 4 and 5). Pure.
 */
final class UpstreamHandshake {
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");

    private UpstreamHandshake() {}

    /** Whether a request is one: no other goes to an upstream with the field. */
    static boolean is(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    /** Without the key: what the answer to it proves in HTTP/1.1 is clear from the stream. */
    static Http2Headers fields(HttpRequest request, boolean tls) {
        Http2Headers fields = new DefaultHttp2Headers(false)
                .method(HttpMethod.CONNECT.asciiName())
                .set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), WEBSOCKET)
                .scheme(Http2UpstreamFields.scheme(tls))
                .authority(Http2UpstreamFields.authority(request))
                .path(AsciiString.of(request.uri()));
        AsciiString[] others = Http2Fields.of(request.headers());
        for (int i = 0; i < others.length; i += 2) {
            fields.add(others[i], others[i + 1]);
        }
        fields.remove(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return fields;
    }

    /** Makes an answer that accepts the handshake, in place, the one that HTTP/1.1 has; false: it is another. */
    static boolean accepted(HttpResponse answer) {
        boolean accepted = answer.status().codeClass() == HttpStatusClass.SUCCESS;
        if (accepted) {
            answer.setStatus(HttpResponseStatus.SWITCHING_PROTOCOLS);
        }
        return accepted;
    }
}
