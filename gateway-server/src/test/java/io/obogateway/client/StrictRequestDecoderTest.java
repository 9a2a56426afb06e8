package io.obogateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of what a client sends becomes objects before anybody takes it. */
class StrictRequestDecoderTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final StrictRequestDecoder decoder = new StrictRequestDecoder(1024, 4096);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n|GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n|1\r\nx\r\n"
            })
    void tinyMessagesAndPiecesWaitAsBytes(String sent) {
        String[] parts = sent.split("\\|");
        receive(parts[0] + parts[1].repeat(2000));

        assertThat(channel.inboundMessages()).hasSizeLessThan(20);
        assertThat(decoder.holdsBytes()).isTrue();
    }

    @Test
    void everyRequestIsDecodedAsTheOnesBeforeAreTaken() {
        receive(GET.repeat(2000) + GET.substring(0, 10));
        int requests = 0;
        while (!channel.inboundMessages().isEmpty()) {
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                requests += message instanceof HttpRequest ? 1 : 0;
                ReferenceCountUtil.release(message);
            }
            decoder.proceed();
        }

        assertThat(requests).isEqualTo(2000);
        assertThat(decoder.holdsBytes()).isFalse();
        assertThat(decoder.headBegun()).isTrue();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }
}
