package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.proxy.WebSocketHandshake;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request decoder, first in the pipeline after TLS: it lets a head through only when its bytes can be read in one way
 * (RFC 9112, 2.2, 3 and 5). Netty's decoder is lenient where some upstreams are not; what they would read differently is
 * refused here, before anything is decoded.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    /*
     * A head is looked at only when its first bytes arrive, and handed to Netty's decoder only when it is complete; its
     * size while incomplete is bounded by the limits. Content and trailers go straight through.
     *
     * Bytes become objects only so far ahead of who takes them, because a request of twenty bytes is an object of hundreds;
     * the rest waits as bytes. What nobody takes is never a reason to read on: Netty's decoder would, whenever a read gave
     * it nothing to pass on, and so hold all that a client sends behind a handshake.
     */
    private static final byte CR = 13;
    private static final byte LF = 10;
    private static final int MAX_CHUNK = 64 * 1024;
    /** Heads and pieces of content. */
    private static final int AHEAD = 16;

    private final int maxRequestLine;
    private final int maxHeaders;

    private boolean awaitingHead = true;
    private boolean headBegun;
    private boolean blankLineSkipped;
    /** Nothing that comes is looked at any more. */
    private boolean failed;

    private int ahead;
    private @Nullable ChannelHandlerContext ctx;
    /** Behind a WebSocket handshake nothing is decoded: whether it is HTTP at all is not known before the answer. */
    private @Nullable HttpRequest handshake;

    /** Offsets from the reader index: up to where the head was examined, and where its first field begins (0: unknown). */
    private int examined;

    private int fieldsBegin;

    StrictRequestDecoder(int maxRequestLine, int maxHeaders) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxRequestLine + 2)
                .setMaxHeaderSize(maxHeaders + 2)
                .setMaxChunkSize(MAX_CHUNK)
                .setStrictLineParsing(true)
                .setHeadersFactory(FieldLines.CHECKED_HERE)
                .setUseRfc9112TransferEncoding(true));
        this.maxRequestLine = maxRequestLine;
        this.maxHeaders = maxHeaders;
    }

    /** Whether part of a head has arrived and the rest has not. */
    boolean headBegun() {
        return headBegun;
    }

    /** Whether a request asks for a WebSocket, so that what follows it is held; it is the last one that is decoded. */
    @SuppressWarnings("ReferenceEquality") // another request may be equal
    boolean holdsBehind(HttpRequest request) {
        return request == handshake;
    }

    /** Whether bytes are here that are not decoded, for now or because they are behind a handshake. */
    boolean holdsBytes() {
        return (handshake != null || ahead >= AHEAD) && actualReadableBytes() > 0;
    }

    /** All that was decoded is taken: decodes what is here, as far ahead as before. */
    void proceed() {
        boolean stood = ahead >= AHEAD;
        ahead = 0;
        if (stood) {
            decodeHeld();
        }
    }

    /** Throws away what is here and what comes. */
    void discard() {
        failed = true;
        decodeHeld();
    }

    private void decodeHeld() {
        ChannelHandlerContext present = ctx;
        if (present == null || actualReadableBytes() == 0) {
            return;
        }
        try {
            channelRead(present, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            present.fireExceptionCaught(e);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** Reads nothing: {@link ClientConnectionHandler#pump} is the only place that does. */
    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        discardSomeReadBytes();
        from.fireChannelReadComplete();
    }

    @Override
    protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (handshake != null || ahead >= AHEAD) {
            return;
        }
        if (awaitingHead) {
            try {
                if (!headComplete(in)) {
                    return;
                }
            } catch (GatewayException e) {
                failed = true;
                in.skipBytes(in.readableBytes());
                out.add(invalid(e));
                return;
            }
            awaitingHead = false;
            headBegun = false;
            blankLineSkipped = false;
            examined = 0;
            fieldsBegin = 0;
        }
        super.decode(from, in, out);
        ahead += out.size();
        for (int i = out.size() - 1; i >= 0; i--) {
            if (out.get(i) instanceof LastHttpContent) {
                awaitingHead = true;
                if (i > 0 && out.get(i - 1) instanceof HttpRequest request && WebSocketHandshake.of(request) != null) {
                    handshake = request;
                }
                return;
            }
        }
    }

    private static HttpRequest invalid(GatewayException cause) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.setDecoderResult(DecoderResult.failure(cause));
        return request;
    }

    /**
     * @throws GatewayException when the head is malformed, ambiguous or too large
     */
    private boolean headComplete(ByteBuf in) {
        if (examined == 0 && !blankLineSkipped && in.isReadable() && in.getByte(in.readerIndex()) == CR) {
            if (in.readableBytes() < 2) {
                return false;
            }
            if (in.getByte(in.readerIndex() + 1) == LF) { // one empty line may precede a request (RFC 9112, 2.2)
                in.skipBytes(2);
                blankLineSkipped = true;
            }
        }
        int base = in.readerIndex();
        while (base + examined < in.writerIndex()) {
            headBegun = true;
            int lf = in.indexOf(base + examined, in.writerIndex(), LF);
            int lineEnd = lf < 0 ? in.writerIndex() : lf + 1;
            checkSize(lineEnd - base);
            if (lf < 0) {
                return false; // examined stays at the line's beginning; the line is bounded
            }
            if (lf == base + examined || in.getByte(lf - 1) != CR) {
                throw malformed("a line does not end with CR LF");
            }
            int begin = base + examined;
            int end = lf - 1;
            examined = lineEnd - base;
            if (fieldsBegin == 0) {
                checkRequestLine(in, begin, end);
                fieldsBegin = examined;
            } else if (begin == end) {
                return true;
            } else if (in.getByte(begin) == ' ' || in.getByte(begin) == '\t') {
                throw malformed("a header field is folded over lines");
            } else {
                checkField(in, begin, end);
            }
        }
        return false;
    }

    private static void checkField(ByteBuf in, int begin, int end) {
        String violation = FieldLines.violation(in, begin, end);
        if (violation != null) {
            throw malformed(violation);
        }
    }

    private void checkSize(int length) {
        if (fieldsBegin == 0 && length - 2 > maxRequestLine) {
            throw new GatewayException(
                    ErrorCode.URI_TOO_LONG, "the request line is longer than " + maxRequestLine + " bytes");
        }
        if (fieldsBegin > 0 && length - fieldsBegin - 2 > maxHeaders) {
            throw new GatewayException(
                    ErrorCode.HEADERS_TOO_LARGE, "the header section is larger than " + maxHeaders + " bytes");
        }
    }

    /** {@code method SP request-target SP HTTP-version}, and nothing else (RFC 9112, 3). */
    private static void checkRequestLine(ByteBuf in, int begin, int end) {
        int at = begin;
        while (at < end && FieldLines.isTokenChar(in.getByte(at))) {
            at++;
        }
        if (at == begin || at == end || in.getByte(at) != ' ') {
            throw malformed("the request line does not begin with a method and a space");
        }
        int target = ++at;
        while (at < end
                && in.getByte(at) > ' '
                && in.getByte(at) != 0x7f) { // bytes are signed: beyond ASCII is negative
            at++;
        }
        if (at == target || at == end || in.getByte(at) != ' ') {
            throw malformed("the request target is empty or has a character that it may not have");
        }
        checkVersion(in, at + 1, end);
    }

    private static void checkVersion(ByteBuf in, int at, int end) {
        boolean wellFormed = end - at == 8
                && in.getByte(at) == 'H'
                && in.getByte(at + 1) == 'T'
                && in.getByte(at + 2) == 'T'
                && in.getByte(at + 3) == 'P'
                && in.getByte(at + 4) == '/'
                && isDigit(in.getByte(at + 5))
                && in.getByte(at + 6) == '.'
                && isDigit(in.getByte(at + 7));
        if (!wellFormed) {
            throw malformed("the request line does not end with an HTTP version");
        }
        if (in.getByte(at + 5) != '1' || in.getByte(at + 7) > '1') {
            throw new GatewayException(
                    ErrorCode.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 and HTTP/1.0 are spoken on this connection");
        }
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static GatewayException malformed(String detail) {
        return new GatewayException(ErrorCode.BAD_REQUEST, detail);
    }
}
