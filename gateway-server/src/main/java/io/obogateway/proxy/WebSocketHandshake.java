package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.obogateway.upstream.Http2Version;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket's opening handshake, as its client asked for it (RFC 6455, 4; RFC 8441, 5). Immutable. */
public final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int NONCE_BYTES = 16;

    private final String key;
    private final boolean http2;

    private WebSocketHandshake(String key, boolean http2) {
        this.key = key;
        this.http2 = http2;
    }

    /**
     * The handshake that a request is; null if it is none. What is almost one, such as another version's or one with
     * content, is none: its {@code Upgrade} goes no further, and the service sees a plain request.
     */
    public static @Nullable WebSocketHandshake of(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!headers.contains(HttpHeaderNames.UPGRADE)) {
            return null;
        }
        List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        boolean http2 = isOfHttp2(request);
        boolean asked = request.method().equals(HttpMethod.GET)
                && (http2 || request.protocolVersion().equals(HttpVersion.HTTP_1_1))
                && switches(headers)
                && keys.size() == 1
                && isNonce(keys.get(0))
                && versions.size() == 1
                && versions.get(0).equals(VERSION)
                && withoutContent(headers);
        return asked ? new WebSocketHandshake(keys.get(0), http2) : null;
    }

    private static boolean switches(HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }

    private static boolean isNonce(String key) {
        try {
            return Base64.getDecoder().decode(key).length == NONCE_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean withoutContent(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return !headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && (length == null || length.equals("0"));
    }

    /**
     * Makes a request for the upstream, without hop-by-hop fields, the handshake again; also when the client has named
     * parts of it in {@code Connection}.
     */
    void toUpstream(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
        }
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION)) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        switchProtocol(headers);
    }

    /** Makes an upstream's response that accepts it the one for the client, in place. */
    void toClient(HttpResponse response) {
        HeaderRules.toClient(response);
        HttpHeaders headers = response.headers();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        if (http2) {
            response.setStatus(HttpResponseStatus.OK);
            headers.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        } else {
            switchProtocol(headers);
            if (isOfHttp2(response)) { // it has not seen the key
                headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept());
            }
        }
    }

    /**
     * Whether its client would take a final response, which does not accept it, for one that does: over HTTP/2 success is
     * the sign (RFC 8441, 5).
     */
    boolean seemsAcceptedBy(HttpResponse response) {
        return http2 && response.status().codeClass() == HttpStatusClass.SUCCESS;
    }

    private static void switchProtocol(HttpHeaders headers) {
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    }

    /**
     * Whether a response with status 101, as the upstream sent it, is from somebody who understood (RFC 6455, 4.1); one of
     * HTTP/2 is, because there it was a success that answered a CONNECT (RFC 8441, 5).
     */
    boolean acceptedBy(HttpResponse response) {
        return isOfHttp2(response) || provesTheKey(response);
    }

    private static boolean isOfHttp2(HttpMessage message) {
        return message.protocolVersion().equals(Http2Version.HTTP_2);
    }

    private boolean provesTheKey(HttpResponse response) {
        HttpHeaders headers = response.headers();
        List<String> accepts = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        return response.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && switches(headers)
                && accepts.size() == 1
                && accepts.get(0).equals(accept());
    }

    private String accept() {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }
}
