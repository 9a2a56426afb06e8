package io.obogateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the frames that a client sent, after they were decoded: whether a request's head has begun and not ended, and
 * how many frames came in a row that were neither request nor content.
 */
final class FrameWatch {
    /*
     * Netty's decoder takes a frame's header and its payload from the buffer each as a whole, and tells nobody before the
     * last CONTINUATION. What it has taken is read here a second time: nine bytes a frame.
     */
    private static final int PREFACE = 24;
    private static final int HEADER = 9;
    /** In a row, within the window from the first; an honest client answers what we send with a frame or two. */
    private static final int MAX_IDLE_FRAMES = 1000;

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(30);

    private int toSkip = PREFACE;
    private boolean inPayload;
    private int length;
    private byte type;
    private short flags;
    private boolean headOpen;
    private boolean partialHeader;
    private int idleFrames;
    private long rowBegan;

    /** Whether part of a request's head has arrived and the rest has not. */
    boolean headBegun() {
        return headOpen || inPayload && isHead(type) || partialHeader;
    }

    /** Something was done for the client: what it says about the connection has its reason. */
    void worked() {
        idleFrames = 0;
    }

    /**
     * @param from where the decoder began in the buffer, which it took up to the reader index
     * @return whether the client may go on; else it floods us
     */
    boolean decoded(ByteBuf in, int from) {
        int at = from;
        int end = in.readerIndex();
        while (at < end) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, end - at);
                toSkip -= skipped;
                at += skipped;
            } else if (inPayload) {
                at += length;
                inPayload = false;
                complete();
            } else if (end - at >= HEADER) {
                at = header(in, at);
            } else {
                break; // after an error everything is thrown away
            }
        }
        partialHeader = !inPayload && in.isReadable();
        return idleFrames <= MAX_IDLE_FRAMES || !inWindow();
    }

    private int header(ByteBuf in, int at) {
        length = in.getUnsignedMedium(at);
        type = in.getByte(at + 3);
        flags = in.getUnsignedByte(at + 4);
        inPayload = length > 0;
        if (!inPayload) {
            complete();
        }
        return at + HEADER;
    }

    private void complete() {
        if (isHead(type)) {
            headOpen = (flags & Http2Flags.END_HEADERS) == 0;
        }
        boolean content = type == Http2FrameTypes.DATA && (length > 0 || (flags & Http2Flags.END_STREAM) != 0);
        if (content || type == Http2FrameTypes.HEADERS) {
            idleFrames = 0;
        } else if (idleFrames++ == 0) {
            rowBegan = System.nanoTime();
        }
    }

    private static boolean isHead(byte type) {
        return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    }

    private boolean inWindow() {
        boolean within = System.nanoTime() - rowBegan < WINDOW;
        if (!within) {
            idleFrames = 0;
        }
        return within;
    }
}
