package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Both ends of a WebSocket are told why it ends, between two frames. */
class TunnelTest {
    private static final byte[] EXPIRED = close(1008, "token expired");
    private static final byte[] FRAME = {(byte) 0x82, 3, 'a', 'b', 'c'};

    private final ByteBuf client = Unpooled.buffer();
    private final ByteBuf upstream = Unpooled.buffer();
    private final Tunnel tunnel = new Tunnel(content -> take(content, client), content -> take(content, upstream));

    private static void take(HttpContent content, ByteBuf into) {
        into.writeBytes(content.content());
        content.release();
    }

    private static byte[] close(int code, String reason) {
        ByteBuf frame = Unpooled.buffer().writeByte(0x88).writeByte(2 + reason.length());
        frame.writeShort(code).writeCharSequence(reason, StandardCharsets.US_ASCII);
        return bytes(frame);
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static HttpContent content(byte[] bytes, int from, int to) {
        return new DefaultHttpContent(Unpooled.copiedBuffer(bytes, from, to - from));
    }

    @Test
    void betweenFramesBothEndsAreToldAtOnceAndHearNothingMore() {
        tunnel.toClient(content(FRAME, 0, 5));
        tunnel.close(WebSocketClose.TOKEN_EXPIRED);
        tunnel.toClient(content(FRAME, 0, 5));
        tunnel.toUpstream(content(FRAME, 0, 5));

        assertThat(tunnel.closed()).isTrue();
        assertThat(bytes(client)).startsWith(FRAME).endsWith(EXPIRED).hasSize(5 + EXPIRED.length);
        byte[] masked = bytes(upstream);
        assertThat(masked).hasSize(EXPIRED.length + 4).startsWith(0x88, EXPIRED.length - 2 | 0x80);
        for (int i = 6; i < masked.length; i++) {
            assertThat((byte) (masked[i] ^ masked[2 + (i - 6) % 4])).isEqualTo(EXPIRED[i - 4]);
        }
    }

    @Test
    void aFrameThatHasBegunIsFinishedFirstAndTheNextIsNotBegun() {
        for (int split = 1; split < FRAME.length; split++) {
            client.clear();
            Tunnel other = new Tunnel(piece -> take(piece, client), HttpContent::release);
            other.toClient(content(FRAME, 0, split));
            other.close(WebSocketClose.TOKEN_EXPIRED);
            assertThat(other.closed()).isFalse();
            byte[] rest = new byte[FRAME.length - split + FRAME.length];
            System.arraycopy(FRAME, split, rest, 0, FRAME.length - split);
            System.arraycopy(FRAME, 0, rest, FRAME.length - split, FRAME.length);
            for (byte b : rest) {
                other.toClient(content(new byte[] {b}, 0, 1));
            }

            assertThat(other.closed()).isTrue();
            assertThat(bytes(client)).startsWith(FRAME).endsWith(EXPIRED).hasSize(5 + EXPIRED.length);
        }
    }

    @Test
    void anEndThatWasSentACloseFrameByTheOtherGetsNoSecond() {
        byte[] bye = close(1000, "");
        tunnel.toClient(content(bye, 0, bye.length));

        tunnel.close(WebSocketClose.STOPPING);

        assertThat(bytes(client)).isEqualTo(bye);
        assertThat(tunnel.closed()).isTrue();
    }
}
