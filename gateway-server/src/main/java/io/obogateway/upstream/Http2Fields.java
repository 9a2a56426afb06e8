package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * Fields of HTTP/1.1 as those of HTTP/2: names in lower case, and nothing that HTTP/2 says by its frames and its
 * pseudo-header fields (RFC 9113, 8.2). Pure.
 */
public final class Http2Fields {
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

    private Http2Fields() {}

    /** Names and values in turns. */
    public static AsciiString[] of(HttpHeaders headers) {
        AsciiString[] fields = new AsciiString[headers.size() * 2];
        int count = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (!isOfHttp1(name)) {
                fields[count++] = name;
                fields[count++] = AsciiString.of(field.getValue());
            }
        }
        return count == fields.length ? fields : Arrays.copyOf(fields, count);
    }

    /** The field section that ends a message. */
    public static Http2Headers trailers(HttpHeaders trailers) {
        return ReadOnlyHttp2Headers.trailers(false, of(trailers));
    }

    private static boolean isOfHttp1(AsciiString name) {
        return switch (name.length()) {
            case 4 -> name.equals(HttpHeaderNames.HOST);
            case 7 -> name.equals(HttpHeaderNames.UPGRADE);
            case 10 -> name.equals(HttpHeaderNames.CONNECTION) || name.equals(KEEP_ALIVE);
            case 16 -> name.equals(PROXY_CONNECTION);
            case 17 -> name.equals(HttpHeaderNames.TRANSFER_ENCODING);
            default -> false;
        };
    }
}
