package io.obogateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Why the gateway ends a WebSocket, as both its ends are told (RFC 6455, 5.5.1 and 7.4.1). */
enum WebSocketClose {
    /** The token that it was opened with. */
    TOKEN_EXPIRED(1008, "token expired"),
    STOPPING(1001, "the gateway is stopping"),
    IDLE(1001, "idle for too long");

    private static final int FINAL_CLOSE = 0x88;
    private static final int MASKED = 0x80;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int code;
    private final String reason;

    WebSocketClose(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /**
     * A Close frame.
     *
     * @param toUpstream it goes to a server, so it has to be masked
     */
    HttpContent frame(boolean toUpstream) {
        int length = 2 + reason.length();
        ByteBuf frame = Unpooled.buffer(6 + length);
        frame.writeByte(FINAL_CLOSE).writeByte(length | (toUpstream ? MASKED : 0));
        byte[] mask = new byte[4];
        if (toUpstream) {
            RANDOM.nextBytes(mask);
            frame.writeBytes(mask);
        }
        int payload = frame.writerIndex();
        frame.writeShort(code).writeCharSequence(reason, StandardCharsets.US_ASCII);
        for (int i = 0; i < length; i++) {
            frame.setByte(payload + i, frame.getByte(payload + i) ^ mask[i % 4]);
        }
        return new DefaultHttpContent(frame);
    }
}
