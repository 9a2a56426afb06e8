package io.obogateway.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;

/**
 * Decodes responses knowing what was asked, because the length of a response depends on the request's method (RFC 9112,
 * 6.3). One request is outstanding at a time.
 */
final class UpstreamResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_STATUS_LINE = 8 * 1024;
    private static final int MAX_CHUNK = 64 * 1024;

    private HttpMethod method = HttpMethod.GET;
    private boolean interim;

    UpstreamResponseDecoder(int maxHeaderBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE)
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(MAX_CHUNK)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
    }

    void expectResponseTo(HttpMethod newMethod) {
        method = newMethod;
        interim = false;
    }

    HttpMethod method() {
        return method;
    }

    /** Whether the message decoded last is a 1xx, which only announces the final response. */
    boolean interim() {
        return interim;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        return HttpMethod.HEAD.equals(method) || super.isContentAlwaysEmpty(message);
    }
}
