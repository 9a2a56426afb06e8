package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
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
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return "its version is neither HTTP/1.1 nor HTTP/1.0";
        }
        HttpHeaders headers = head.headers();
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !isChunked(headers)
                ? "its transfer coding was not asked for"
                : null;
    }

    /**
     * What is wrong with one that came by HTTP/2; null if nothing (RFC 9113, 8.1, 8.2.2 and 8.6).
     *
     * @param end whether its stream ends with it
     */
    static @Nullable String violationOfHttp2(HttpResponse head, boolean end) {
        HttpResponseStatus status = head.status();
        if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
                || end && status.codeClass() == HttpStatusClass.INFORMATIONAL) {
            return "it is an interim response that HTTP/2 does not have";
        }
        HttpHeaders headers = head.headers();
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                        || headers.contains(HttpHeaderNames.CONNECTION)
                        || headers.contains(HttpHeaderNames.UPGRADE)
                ? "a field of it speaks of a connection, of which HTTP/2 has no fields"
                : null;
    }

    private static boolean isChunked(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return values.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(values.get(0));
    }
}
