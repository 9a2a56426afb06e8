package io.obogateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends exactly the frames a test says, with prior knowledge. */
public final class Http2Connection extends SocketConnection {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;

    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Response> responses = new TreeMap<>();
    /** What may be sent on a stream, and on all (0). */
    private final Map<Integer, Long> windows = new TreeMap<>();

    /** A frame as it came. */
    public record Frame(int type, int flags, int stream, ByteBuffer payload) {
        public int error() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }

        int lastStream() {
            return payload.getInt(0);
        }
    }

    /** What came on a stream. */
    public static final class Response {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final StringBuilder interim = new StringBuilder();
        String head = "";
        String trailers = "";
        boolean ended;
        int reset = -1;

        public String head() {
            return head;
        }

        public String trailers() {
            return trailers;
        }

        public String body() {
            return body.toString(StandardCharsets.UTF_8);
        }

        /** The error code of RST_STREAM; -1 if there was none. */
        public int reset() {
            return reset;
        }

        boolean over() {
            return ended || reset >= 0;
        }
    }

    private Http2Connection(Socket socket) {
        super(socket);
        in = new DataInputStream(new BufferedInputStream(received, 1 << 16));
    }

    /** Connects and sends the preface with empty settings. */
    public static Http2Connection to(int port) {
        return bare(port).preface().frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** The same on a connection that stands. */
    static Http2Connection over(Socket socket) {
        return new Http2Connection(socket).preface().frame(SETTINGS, 0, 0, new byte[0]);
    }

    static Http2Connection bare(int port) {
        try {
            return new Http2Connection(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Http2Connection preface() {
        return send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    Http2Connection send(byte[] bytes) {
        write(bytes);
        return this;
    }

    public Http2Connection frame(int type, int flags, int stream, byte[] payload) {
        return send(bytes(type, flags, stream, payload));
    }

    /** Permits the gateway a table of so many bytes to compress fields with. */
    Http2Connection permitTable(int bytes) throws Http2Exception {
        fields.maxHeaderTableSize(bytes);
        return frame(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 1).putInt(bytes).array());
    }

    Http2Connection repeat(int times, int type, int stream, byte[] payload) {
        return repeat(times, type, 0, stream, payload);
    }

    /** Sends the same frame so many times, at once. */
    public Http2Connection repeat(int times, int type, int flags, int stream, byte[] payload) {
        byte[] frame = bytes(type, flags, stream, payload);
        ByteBuffer all = ByteBuffer.allocate(times * frame.length);
        for (int i = 0; i < times; i++) {
            all.put(frame);
        }
        return send(all.array());
    }

    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A request's head; the fields in pairs, in their order, pseudo-header fields included. */
    public Http2Connection headers(int stream, boolean end, String... pairs) {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(pairs));
    }

    public Http2Connection get(int stream, String path, String... more) {
        return request(stream, "GET", path, true, more);
    }

    public Http2Connection request(int stream, String method, String path, boolean end, String... more) {
        String[] all = new String[8 + more.length];
        String[] pseudo = {":method", method, ":scheme", "http", ":authority", "a", ":path", path};
        System.arraycopy(pseudo, 0, all, 0, 8);
        System.arraycopy(more, 0, all, 8, more.length);
        return headers(stream, end, all);
    }

    /** The fields of an extended CONNECT (RFC 8441, 4). */
    public static String[] extendedConnect(String protocol, String path, String... more) {
        String[] pseudo = {
            ":method", "CONNECT", ":protocol", protocol, ":scheme", "http", ":authority", "a", ":path", path
        };
        String[] all = Arrays.copyOf(pseudo, pseudo.length + more.length);
        System.arraycopy(more, 0, all, pseudo.length, more.length);
        return all;
    }

    /** The fields of a WebSocket's handshake (RFC 8441, 5). */
    public static String[] webSocket(String path, String... more) {
        String[] version = {"sec-websocket-version", "13"};
        String[] all = Arrays.copyOf(version, version.length + more.length);
        System.arraycopy(more, 0, all, version.length, more.length);
        return extendedConnect("websocket", path, all);
    }

    /** Literals without indexing, without Huffman coding: what is said is what is sent (RFC 7541, 6.2.2). */
    static byte[] block(String... pairs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < pairs.length; i += 2) {
            out.write(0);
            literal(out, pairs[i]);
            literal(out, pairs[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            length -= 127;
            for (; length >= 128; length >>= 7) {
                out.write(length & 127 | 128);
            }
            out.write(length);
        }
        out.writeBytes(bytes);
    }

    public Http2Connection data(int stream, boolean end, String text) {
        spend(stream, text.length());
        return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void spend(int stream, int bytes) {
        windows.merge(0, 65_535L - bytes, (before, unused) -> before - bytes);
        windows.merge(stream, 65_535L - bytes, (before, unused) -> before - bytes);
    }

    /**
     * Sends content of a stream as far as both windows allow, in frames of 16 KiB, and reads what gives more.
     *
     * @return how much was sent when it was all, or nothing gave more for a second
     */
    long upload(int stream, long total) throws IOException {
        byte[] frame = bytes(DATA, 0, stream, new byte[16 * 1024]);
        socket.setSoTimeout(1000);
        long sent = 0;
        try {
            while (sent < total) {
                while (Math.min(windows.getOrDefault(0, 65_535L), windows.getOrDefault(stream, 65_535L)) < 16 * 1024) {
                    Frame next = next();
                    if (next == null) {
                        throw new AssertionError("closed after " + sent);
                    }
                    take(next);
                }
                send(frame);
                sent += 16 * 1024;
                spend(stream, 16 * 1024);
            }
        } catch (UncheckedIOException standing) {
            // nothing more came in time
        } finally {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        }
        return sent;
    }

    /** Lets the gateway send so much more than the 64 KiB of the protocol. */
    Http2Connection allow(int stream, int more) {
        return frame(WINDOW_UPDATE, 0, stream, number(more));
    }

    /** The next frame; null once the gateway has closed. */
    @Nullable
    Frame next() {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
        } catch (EOFException | SocketException closed) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on until such a frame comes. */
    public Frame until(int type) {
        Frame frame;
        do {
            frame = next();
            if (frame == null) {
                throw new AssertionError("closed without a frame of type " + type + "; " + responses.keySet());
            }
            take(frame);
        } while (frame.type() != type || type == SETTINGS && (frame.flags() & ACK) != 0);
        return frame;
    }

    /** Whether the gateway closes, whatever it sends before. */
    public boolean closedByPeer() {
        Frame frame = next();
        while (frame != null) {
            frame = next();
        }
        return true;
    }

    /** Reads on until the response on a stream is complete, or the stream is reset. */
    public Response response(int stream) {
        while (!of(stream).over()) {
            Frame frame = next();
            if (frame == null || frame.type() == GOAWAY && frame.error() != 0) {
                throw new AssertionError("no complete response on " + stream + "; GOAWAY "
                        + (frame == null ? "none" : Integer.toString(frame.error())));
            }
            take(frame);
        }
        return of(stream);
    }

    /** Reads on until the head of a response has come. */
    public Response headOf(int stream) {
        while (of(stream).head.isEmpty()) {
            until(HEADERS);
        }
        return of(stream);
    }

    Response of(int stream) {
        return responses.computeIfAbsent(stream, id -> new Response());
    }

    private void take(Frame frame) {
        if (frame.type() == WINDOW_UPDATE) {
            long more = frame.payload().getInt(0);
            windows.merge(frame.stream(), 65_535L + more, (before, unused) -> before + more);
        } else if (frame.type() == HEADERS) {
            takeHead(frame);
        } else if (frame.type() == DATA) {
            of(frame.stream()).body.writeBytes(frame.payload().array());
        } else if (frame.type() == RST_STREAM) {
            of(frame.stream()).reset = frame.error();
        }
        if (frame.type() <= HEADERS && (frame.flags() & END_STREAM) != 0) {
            of(frame.stream()).ended = true;
        }
    }

    private void takeHead(Frame frame) {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        Response to = of(frame.stream());
        try {
            Http2Headers headers = fields.decodeHeaders(frame.stream(), block);
            StringBuilder text = new StringBuilder();
            headers.forEach(field -> text.append(field.getKey())
                    .append(": ")
                    .append(field.getValue())
                    .append('\n'));
            if (text.toString().startsWith(":status: 1")) {
                to.interim.append(text);
            } else if (to.head.isEmpty()) {
                to.head = text.toString();
            } else {
                to.trailers = text.toString();
            }
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }
}
