package io.obogateway.client;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.error.Refusal;
import io.obogateway.proxy.Authority;
import io.obogateway.upstream.Http2Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Field sections of HTTP/2 as the requests and trailers that they stand for. What could be read in two ways, or means
 * something else once it is relayed as HTTP/1.1, is refused (RFC 9113, 8.2, 8.3 and 10.3).
 */
final class Http2Requests {
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    /** {@code SP SP HTTP/2.0}, as the request line of HTTP/1.1 would have it. */
    private static final int BESIDE_TARGET = 10;
    /** Colon, space, CR and LF. */
    private static final int BESIDE_FIELD = 4;

    private final int maxRequestLine;
    private final int maxHeaders;

    Http2Requests(int maxRequestLine, int maxHeaders) {
        this.maxRequestLine = maxRequestLine;
        this.maxHeaders = maxHeaders;
    }

    /** The most that a field section may come to as HTTP/2 counts it, each field with 32 bytes of overhead. */
    long maxHeaderListSize() {
        return (long) maxRequestLine + maxHeaders * 2L;
    }

    /**
     * @param ended whether no content follows
     * @throws GatewayException when the request is malformed or too large
     */
    HttpRequest request(Http2Headers fields, boolean ended) {
        Pseudo pseudo = new Pseudo();
        HttpHeaders headers = FieldLines.CHECKED_HERE.newHeaders();
        int size = 0;
        boolean regular = false;
        boolean cookie = false;
        StringBuilder crumbs = null;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            CharSequence name = field.getKey();
            CharSequence value = field.getValue();
            if (name.length() > 0 && name.charAt(0) == ':') {
                if (regular) {
                    throw malformed("a pseudo-header field follows a regular one");
                }
                pseudo.set(name, AsciiString.of(value));
                continue;
            }
            regular = true;
            size += name.length() + value.length() + BESIDE_FIELD;
            if (size > maxHeaders) {
                throw new GatewayException(
                        ErrorCode.HEADERS_TOO_LARGE, "the header section is larger than " + maxHeaders + " bytes");
            }
            check(name, value);
            boolean another = cookie && is(HttpHeaderNames.COOKIE, name);
            if (another) {
                crumbs = crumbs == null ? new StringBuilder(headers.get(HttpHeaderNames.COOKIE, "")) : crumbs;
                crumbs.append("; ").append(value);
            } else {
                headers.add(name, value);
                cookie |= is(HttpHeaderNames.COOKIE, name);
            }
        }
        if (crumbs != null) { // they become one field again (RFC 9113, 8.2.3)
            headers.set(HttpHeaderNames.COOKIE, crumbs.toString());
        }
        HttpRequest request = new DefaultHttpRequest(
                Http2Version.HTTP_2, pseudo.requiredMethod(), pseudo.target(maxRequestLine), headers);
        pseudo.nameHost(headers);
        if (pseudo.protocol == null) {
            frame(request, ended);
        } else {
            ExtendedConnect.toHandshake(request, pseudo.protocol, ended);
        }
        Refusal violation = FramingRules.violation(request);
        if (violation != null) {
            throw new GatewayException(violation);
        }
        return request;
    }

    /** The end of a request, for trailers of whatever name: which of them go on is decided later. */
    static LastHttpContent end() {
        return new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, FieldLines.CHECKED_HERE);
    }

    /**
     * Adds trailers to those of a request's end.
     *
     * @throws GatewayException when they are malformed
     */
    static void trailers(Http2Headers fields, HttpHeaders to) {
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            check(field.getKey(), field.getValue());
            to.add(field.getKey(), field.getValue());
        }
    }

    /** Lower-case token; no control characters, nor blanks around the value (RFC 9113, 8.2.1). */
    private static void check(CharSequence name, CharSequence value) {
        if (name.length() == 0 || HttpHeaderValidationUtil.validateToken(name) >= 0 || hasUpperCase(name)) {
            throw malformed("a field's name is no token in lower case");
        }
        if (HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0 || isBlankAtAnEnd(value)) {
            throw malformed("a field's value has a character that it may not have");
        }
        if (isConnectionSpecific(name, value)) {
            throw malformed("a field speaks of the connection, of which HTTP/2 has no fields");
        }
    }

    private static boolean hasUpperCase(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlankAtAnEnd(CharSequence value) {
        int length = value.length();
        return length > 0 && (isBlank(value.charAt(0)) || isBlank(value.charAt(length - 1)));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** RFC 9113, 8.2.2. */
    private static boolean isConnectionSpecific(CharSequence name, CharSequence value) {
        return switch (name.length()) {
            case 2 -> is(HttpHeaderNames.TE, name) && !HttpHeaderValues.TRAILERS.contentEqualsIgnoreCase(value);
            case 7 -> is(HttpHeaderNames.UPGRADE, name);
            case 10 -> is(HttpHeaderNames.CONNECTION, name) || is(KEEP_ALIVE, name);
            case 16 -> is(PROXY_CONNECTION, name);
            case 17 -> is(HttpHeaderNames.TRANSFER_ENCODING, name);
            default -> false;
        };
    }

    private static boolean is(AsciiString known, CharSequence name) {
        return known.contentEquals(name);
    }

    /** What HTTP/2 says by its frames, HTTP/1.1 has to say in fields. */
    private static void frame(HttpRequest request, boolean ended) {
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return;
        }
        if (!ended) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else if (expectsContent(request.method())) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO); // RFC 9110, 8.6
        }
    }

    private static boolean expectsContent(HttpMethod method) {
        return HttpMethod.POST.equals(method) || HttpMethod.PUT.equals(method) || HttpMethod.PATCH.equals(method);
    }

    private static GatewayException malformed(String detail) {
        return new GatewayException(ErrorCode.BAD_REQUEST, detail);
    }

    /** The pseudo-header fields of a request (RFC 9113, 8.3.1; RFC 8441, 4). */
    private static final class Pseudo {
        private @Nullable AsciiString method;
        private @Nullable AsciiString scheme;
        private @Nullable AsciiString authority;
        private @Nullable AsciiString path;
        private @Nullable AsciiString protocol;

        void set(CharSequence name, AsciiString value) {
            if (is(Http2Headers.PseudoHeaderName.METHOD.value(), name)) {
                method = once(method, value);
            } else if (is(Http2Headers.PseudoHeaderName.SCHEME.value(), name)) {
                scheme = once(scheme, value);
            } else if (is(Http2Headers.PseudoHeaderName.AUTHORITY.value(), name)) {
                authority = once(authority, value);
            } else if (is(Http2Headers.PseudoHeaderName.PATH.value(), name)) {
                path = once(path, value);
            } else if (is(Http2Headers.PseudoHeaderName.PROTOCOL.value(), name)) {
                protocol = once(protocol, value);
            } else {
                throw malformed("a pseudo-header field is none of a request's");
            }
        }

        private static AsciiString once(@Nullable AsciiString before, AsciiString value) {
            if (before != null) {
                throw malformed("a pseudo-header field is given more than once");
            }
            return value;
        }

        HttpMethod requiredMethod() {
            AsciiString name = method;
            if (name == null || name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
                throw malformed("the method is missing or no token");
            }
            return HttpMethod.valueOf(name.toString());
        }

        String target(int maxLength) {
            AsciiString name = method;
            AsciiString target = path;
            if (protocol == null && HttpMethod.CONNECT.asciiName().equals(name)) {
                return connectTarget();
            }
            if (scheme == null || !isHttp(scheme)) {
                throw malformed("the scheme is missing or neither http nor https");
            }
            if (target == null || target.isEmpty()) {
                throw malformed("the path is missing");
            }
            if (name != null && name.length() + target.length() + BESIDE_TARGET > maxLength) {
                throw new GatewayException(
                        ErrorCode.URI_TOO_LONG, "the request line is longer than " + maxLength + " bytes");
            }
            boolean asterisk = target.length() == 1
                    && target.byteAt(0) == '*'
                    && HttpMethod.OPTIONS.asciiName().equals(name);
            if (target.byteAt(0) != '/' && !asterisk) {
                throw malformed("the path does not begin with a slash");
            }
            for (int i = 0; i < target.length(); i++) {
                byte c = target.byteAt(i);
                if (c >= 0 && c <= ' ' || c == 0x7f) { // bytes are signed: beyond ASCII is negative
                    throw malformed("the path has a character that it may not have");
                }
            }
            return target.toString();
        }

        /** It is refused later, as in HTTP/1.1: no method that is carried. */
        private String connectTarget() {
            if (scheme != null || path != null || authority == null || authority.isEmpty()) {
                throw malformed("CONNECT has an authority, and neither scheme nor path");
            }
            if (!Authority.isValid(authority.toString())) {
                throw malformed("the authority is not a name or an address, perhaps with a port");
            }
            return authority.toString();
        }

        private static boolean isHttp(AsciiString scheme) {
            return scheme.contentEqualsIgnoreCase("https") || scheme.contentEqualsIgnoreCase("http");
        }

        /** {@code :authority} is {@code Host}; where both are given they agree. */
        void nameHost(HttpHeaders headers) {
            AsciiString named = authority;
            if (named == null || named.isEmpty()) {
                return;
            }
            String host = headers.get(HttpHeaderNames.HOST);
            if (host == null) {
                headers.set(HttpHeaderNames.HOST, named);
            } else if (!named.contentEqualsIgnoreCase(host)) {
                throw malformed("Host and :authority differ");
            }
        }
    }
}
