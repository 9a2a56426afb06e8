package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.obogateway.access.Decision;
import io.obogateway.upstream.Origin;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which fields go on and which are ours. Hop-by-hop fields and those named by {@code Connection} are removed first, ours
 * are set last: nobody can name our token away (RFC 9110, 7.6.1).
 */
final class HeaderRules {
    private static final String PSEUDONYM = "obo-gateway";
    private static final String FRAMING = "content-length";
    /** A {@code Connection} of so many characters names few fields. */
    private static final int SHORT = 64;

    private static final AsciiString VIA = AsciiString.cached("via");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");
    static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");

    private static final List<AsciiString> NEVER_TRAILERS = List.of(
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.PROXY_AUTHORIZATION,
            HttpHeaderNames.COOKIE,
            HttpHeaderNames.HOST,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.CONTENT_ENCODING,
            HttpHeaderNames.CONTENT_RANGE,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.TRAILER,
            VIA,
            TRACEPARENT);

    private HeaderRules() {}

    /**
     * Makes a request received from a client the one for the upstream, in place; {@link #address} is still to come.
     *
     * @param host what the client asked for, empty if it did not say ({@code X-Forwarded-Host}, and {@code Host} where the route preserves it)
     */
    static void toUpstream(HttpRequest request, Decision.Forward forward, String host, Hop hop, TraceContext trace) {
        HttpHeaders headers = request.headers();
        boolean trailers = headers.contains(HttpHeaderNames.TE)
                && headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
        boolean chunked = HttpUtil.isTransferEncodingChunked(request);
        String via = versionOf(request.protocolVersion());
        removeHopByHop(headers);
        headers.remove(HttpHeaderNames.AUTHORIZATION);
        headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION);
        headers.remove(HttpHeaderNames.EXPECT);
        headers.remove(HTTP2_SETTINGS);
        ForwardedFields.set(headers, hop, host);

        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (trailers) {
            headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
        }
        boolean named = !host.isEmpty();
        if (named && forward.route().preserveHost()) {
            headers.set(HttpHeaderNames.HOST, host);
        }
        headers.add(VIA, via);
        headers.set(TRACEPARENT, trace.traceparent());
        String authorization = forward.authorization();
        if (authorization != null) {
            authorize(headers, authorization);
        }
    }

    /** Sets our token; as bytes, for character by character a kilobyte costs ten times as much to write. */
    static void authorize(HttpHeaders headers, String authorization) {
        byte[] bytes = authorization.getBytes(StandardCharsets.ISO_8859_1);
        headers.set(HttpHeaderNames.AUTHORIZATION, new AsciiString(bytes, false));
    }

    /**
     * Says in a request for the upstream which of its addresses it goes to; again, if it goes to another one.
     *
     * @param preserveHost {@code Host} is not that of the address
     */
    static void address(HttpRequest request, String target, Origin origin, boolean preserveHost) {
        request.setUri(origin.target(target));
        HttpHeaders headers = request.headers();
        if (!preserveHost) {
            headers.set(HttpHeaderNames.HOST, origin.authority());
        }
        String proxyAuthorization = origin.proxyAuthorization();
        if (proxyAuthorization != null) {
            headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxyAuthorization);
        } else {
            headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION); // an address tried before may be behind the proxy
        }
    }

    /** Makes an upstream's response the one for the client, in place; framing and {@code Connection} are the caller's. */
    static void toClient(HttpResponse response) {
        HttpHeaders headers = response.headers();
        boolean chunked = HttpUtil.isTransferEncodingChunked(response);
        String via = versionOf(response.protocolVersion());
        removeHopByHop(headers);
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        headers.add(VIA, via);
    }

    /** Trailers come after every check was made: they may say nothing that a check has looked at (RFC 9110, 6.5.1). */
    static void trailersToUpstream(HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            return;
        }
        removeHopByHop(trailers);
        ForwardedFields.remove(trailers);
        NEVER_TRAILERS.forEach(trailers::remove);
    }

    private static String versionOf(HttpVersion version) {
        if (version.majorVersion() == 2) {
            return "2.0 " + PSEUDONYM;
        }
        return version.minorVersion() == 0 ? "1.0 " + PSEUDONYM : "1.1 " + PSEUDONYM;
    }

    private static void removeHopByHop(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
            headers.remove(HttpHeaderNames.CONNECTION);
            if (values.size() == 1 && values.get(0).length() <= SHORT) {
                removeNamed(headers, values.get(0));
            } else {
                removeAllNamed(headers, values);
            }
        }
        headers.remove(KEEP_ALIVE);
        headers.remove(PROXY_CONNECTION);
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.remove(HttpHeaderNames.UPGRADE);
    }

    /** In one pass: a client may name thousands, and each search may meet all the fields that it has sent. */
    private static void removeAllNamed(HttpHeaders headers, List<String> connectionOptions) {
        Set<String> named = new HashSet<>();
        for (String options : connectionOptions) {
            for (String name : options.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        named.remove(FRAMING);
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.copy().iteratorCharSequence();
        headers.clear();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            if (!named.contains(field.getKey().toString().toLowerCase(Locale.ROOT))) {
                headers.add(field.getKey(), field.getValue());
            }
        }
    }

    /** The length frames the content: without it the body would be read as the next message. */
    private static void removeNamed(HttpHeaders headers, String connectionOptions) {
        for (int begin = 0; begin <= connectionOptions.length(); ) {
            int comma = connectionOptions.indexOf(',', begin);
            int end = comma < 0 ? connectionOptions.length() : comma;
            String name = connectionOptions.substring(begin, end).strip().toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && !name.equals(FRAMING)) {
                headers.remove(name);
            }
            begin = end + 1;
        }
    }
}
