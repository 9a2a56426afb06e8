package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a decoded response head says in one way only what it is and where its message ends (RFC 9112, 2.3, 4 and 6.3):
 * what two readers could cut at different places must not be passed on, nor its connection used again. Pure.
 */
final class ResponseRules {
    private ResponseRules() {}

    /** What is wrong with it; null if nothing. */
    static @Nullable String violation(HttpResponse head) {
        int status = head.status().code();
        if (status < 100 || status > 999) {
            return "its status is no status";
        }
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1)
                && !version.equals(HttpVersion.HTTP_1_0)
                && !version.equals(Http2Version.HTTP_2)) {
            return "its version is none of HTTP/2, HTTP/1.1 and HTTP/1.0";
        }
        HttpHeaders headers = head.headers();
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !isChunked(headers)
                ? "its transfer coding was not asked for"
                : null;
    }

    private static boolean isChunked(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return values.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(values.get(0));
    }
}
