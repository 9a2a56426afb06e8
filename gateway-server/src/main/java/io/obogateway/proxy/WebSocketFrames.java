package io.obogateway.proxy;

import io.netty.buffer.ByteBuf;

/**
 * Where the frames of one direction of a WebSocket begin and end, read off their heads alone (RFC 6455, 5.2): payload is
 * skipped, never looked at. What is no frame at all has boundaries somewhere, or never again.
 */
final class WebSocketFrames {
    private static final int CLOSE = 0x8;
    private static final int MASK_BYTES = 4;

    private int opcode;
    /** Of the head that is being read: bytes seen, bytes in all, and those of them that say how long the payload is. */
    private int headSeen;

    private int headBytes;
    private int lengthBytes;
    private long length;
    private long payloadLeft;
    private boolean closeSeen;

    /** Whether the last frame that began has ended. */
    boolean atBoundary() {
        return headSeen == 0 && payloadLeft == 0;
    }

    /** Whether a Close frame has begun: no other follows it. */
    boolean closeSeen() {
        return closeSeen;
    }

    /** Reads all bytes; borrows them and moves no index. */
    void pass(ByteBuf bytes) {
        int end = bytes.writerIndex();
        int at = bytes.readerIndex();
        while (at < end) {
            at = step(bytes, at, end);
        }
    }

    /**
     * Reads up to the next boundary; borrows the bytes and moves no index.
     *
     * @return the index behind the byte that ends a frame, or behind the last one
     */
    int passToBoundary(ByteBuf bytes) {
        int end = bytes.writerIndex();
        int at = bytes.readerIndex();
        while (at < end && !atBoundary()) {
            at = step(bytes, at, end);
        }
        return at;
    }

    private int step(ByteBuf bytes, int at, int end) {
        if (payloadLeft == 0) {
            head(bytes.getByte(at));
            return at + 1;
        }
        int skipped = (int) Math.min(payloadLeft, end - at);
        payloadLeft -= skipped;
        return at + skipped;
    }

    private void head(byte next) {
        if (headSeen == 0) {
            opcode = next & 0x0f;
            headBytes = 2;
        } else if (headSeen == 1) {
            int shortLength = next & 0x7f;
            lengthBytes = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0;
            length = lengthBytes == 0 ? shortLength : 0;
            headBytes = 2 + lengthBytes + (next < 0 ? MASK_BYTES : 0);
        } else if (headSeen < 2 + lengthBytes) {
            length = length << 8 | next & 0xff;
        }
        headSeen++;
        if (headSeen == headBytes) {
            headSeen = 0;
            payloadLeft = length < 0 ? Long.MAX_VALUE : length; // the top bit must be 0
            closeSeen |= opcode == CLOSE;
        }
    }
}
