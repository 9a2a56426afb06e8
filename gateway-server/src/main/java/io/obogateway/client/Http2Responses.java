package io.obogateway.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/** Response heads and trailers as field sections of HTTP/2: names in lower case, nothing about a connection. Pure. */
final class Http2Responses {
    private Http2Responses() {}

    static Http2Headers head(HttpResponse response) {
        return ReadOnlyHttp2Headers.serverHeaders(false, response.status().codeAsText(), fields(response.headers()));
    }

    static Http2Headers trailers(HttpHeaders trailers) {
        return ReadOnlyHttp2Headers.trailers(false, fields(trailers));
    }

    private static AsciiString[] fields(HttpHeaders headers) {
        AsciiString[] fields = new AsciiString[headers.size() * 2];
        int count = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            AsciiString name = AsciiString.of(field.getKey()).toLowerCase();
            if (!isConnectionSpecific(name)) {
                fields[count++] = name;
                fields[count++] = AsciiString.of(field.getValue());
            }
        }
        return count == fields.length ? fields : Arrays.copyOf(fields, count);
    }

    /** What is left of them when hop-by-hop fields are removed: the framing, and what we set ourselves. */
    private static boolean isConnectionSpecific(AsciiString name) {
        return switch (name.length()) {
            case 7 -> name.equals(HttpHeaderNames.UPGRADE);
            case 10 -> name.equals(HttpHeaderNames.CONNECTION);
            case 17 -> name.equals(HttpHeaderNames.TRANSFER_ENCODING);
            default -> false;
        };
    }
}
