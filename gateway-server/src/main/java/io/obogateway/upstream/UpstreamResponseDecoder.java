package io.obogateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Decodes responses knowing what was asked, because the length of a response depends on the request's method (RFC 9112,
 * 6.3). One request is outstanding at a time; bytes that arrive while none is are nobody's response: not one of them is
 * kept, for it would be the beginning of the next one, and the connection closes.
 */
final class UpstreamResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_STATUS_LINE = 8 * 1024;
    private static final int MAX_CHUNK = 64 * 1024;

    private HttpMethod method = HttpMethod.GET;
    private boolean outstanding;
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
        outstanding = true;
        interim = false;
    }

    /** Whether bytes have arrived behind the response that was decoded last. */
    boolean hasSurplus() {
        return actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!outstanding) {
            in.skipBytes(in.readableBytes());
            ctx.close();
            return;
        }
        super.decode(ctx, in, out);
        for (int i = out.size() - 1; i >= 0 && outstanding; i--) {
            outstanding = interim || !(out.get(i) instanceof LastHttpContent);
        }
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
