package io.obogateway.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.proxy.WebSocketHandshake;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A CONNECT that says with {@code :protocol} what its stream is to carry (RFC 8441, 4 and 5), as the handshake of HTTP/1.1
 * that stands for it.
 */
final class ExtendedConnect {
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final int KEY_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ExtendedConnect() {}

    /**
     * Makes the request the handshake, in place. Its key is ours: streams have none, but the upstream answers to one.
     *
     * @param ended whether the client has closed its side of the stream already
     * @throws GatewayException when it asks for something else than a WebSocket
     */
    static void toHandshake(HttpRequest request, AsciiString protocol, boolean ended) {
        if (!HttpMethod.CONNECT.equals(request.method())) {
            throw malformed(":protocol goes with CONNECT only");
        }
        if (!WEBSOCKET.contentEqualsIgnoreCase(protocol)) {
            throw new GatewayException(
                    ErrorCode.NOT_IMPLEMENTED, "the only :protocol that is carried here is websocket");
        }
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        HttpHeaders headers = request.headers();
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(key));
        request.setMethod(HttpMethod.GET);
        if (ended || WebSocketHandshake.of(request) == null) {
            throw malformed("a WebSocket needs Sec-WebSocket-Version 13, no Content-Length, and a stream that is open");
        }
    }

    /** Whether a request whose stream is open is such a handshake: nothing else has the field in HTTP/2. */
    static boolean became(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE);
    }

    private static GatewayException malformed(String detail) {
        return new GatewayException(ErrorCode.BAD_REQUEST, detail);
    }
}
