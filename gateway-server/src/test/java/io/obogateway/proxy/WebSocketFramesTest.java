package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where frames end is known whatever pieces they come in. */
class WebSocketFramesTest {

    private static ByteBuf frame(int opcode, boolean masked, long length) {
        int mask = masked ? 0x80 : 0;
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(0x80 | opcode);
        if (length < 126) {
            bytes.writeByte(mask | (int) length);
        } else if (length < 1 << 16) {
            bytes.writeByte(mask | 126).writeShort((int) length);
        } else {
            bytes.writeByte(mask | 127).writeLong(length);
        }
        if (masked) {
            bytes.writeInt(0x88888888); // bytes that look like the beginning of a Close frame
        }
        for (long i = 0; i < length; i++) {
            bytes.writeByte(0x88);
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "125", "126", "127", "65535", "65536", "70000"})
    void aFrameEndsWithItsLastByteAndNoEarlier(int length) {
        for (boolean masked : new boolean[] {false, true}) {
            WebSocketFrames frames = new WebSocketFrames();
            ByteBuf bytes = frame(2, masked, length);
            for (int i = 0; i < bytes.writerIndex(); i++) {
                assertThat(frames.atBoundary())
                        .as("before byte %d of %d", i, length)
                        .isEqualTo(i == 0);
                frames.pass(bytes.slice(i, 1));
            }
            assertThat(frames.atBoundary()).isTrue();
            assertThat(frames.closeSeen()).isFalse();
        }
    }

    @Test
    void everySplitOfSeveralFramesFindsTheSameBoundaries() {
        List<Integer> boundaries = new ArrayList<>(List.of(0));
        ByteBuf all = Unpooled.buffer();
        for (int length : new int[] {3, 0, 126, 65536, 7}) {
            all.writeBytes(frame(1, length % 2 == 1, length));
            boundaries.add(all.writerIndex());
        }
        for (int split = 0; split <= all.writerIndex(); split++) {
            int from = split;
            WebSocketFrames frames = new WebSocketFrames();
            frames.pass(all.slice(0, split));
            assertThat(frames.atBoundary()).as("split at %d", split).isEqualTo(boundaries.contains(split));

            int end = split + frames.passToBoundary(all.slice(split, all.writerIndex() - split));

            assertThat(boundaries).contains(end);
            assertThat(boundaries.subList(0, boundaries.indexOf(end))).allMatch(b -> b < from);
        }
    }

    @Test
    void aCloseFrameIsSeenAndPayloadThatLooksLikeOneIsNot() {
        WebSocketFrames frames = new WebSocketFrames();
        frames.pass(frame(1, true, 300));
        assertThat(frames.closeSeen()).isFalse();

        frames.pass(frame(8, false, 2));

        assertThat(frames.closeSeen()).isTrue();
        assertThat(frames.atBoundary()).isTrue();
    }

    @Test
    void aLengthThatNoFrameMayHaveNeverEnds() {
        WebSocketFrames frames = new WebSocketFrames();
        frames.pass(Unpooled.buffer().writeByte(0x82).writeByte(127).writeLong(-1));

        assertThat(frames.atBoundary()).isFalse();
        frames.pass(Unpooled.wrappedBuffer(new byte[100_000]));
        assertThat(frames.atBoundary()).isFalse();
    }

    @Test
    void noIndexMoves() {
        ByteBuf bytes = frame(2, true, 200).readerIndex(0);
        WebSocketFrames frames = new WebSocketFrames();

        assertThat(frames.passToBoundary(bytes)).isZero();
        frames.pass(bytes);

        assertThat(bytes.readerIndex()).isZero();
        assertThat(bytes.readableBytes()).isEqualTo(208);
    }
}
