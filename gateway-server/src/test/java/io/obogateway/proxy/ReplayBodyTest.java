package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What content that is held costs. */
class ReplayBodyTest {
    private static final int READ = 64 * 1024;

    private final ReplayBody body = new ReplayBody(READ);

    @AfterEach
    void release() {
        body.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSmallPieceDoesNotHoldAllOfTheReadThatItCameIn(boolean last) {
        ByteBuf read = Unpooled.directBuffer(READ, READ).writeZero(READ);
        ByteBuf piece = read.readRetainedSlice(100);
        HttpContent content = last ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece);

        body.hold(content);
        content.release();

        assertThat(read.release()).as("nobody else holds it").isTrue();
        assertThat(body.complete()).isEqualTo(last);
    }
}
