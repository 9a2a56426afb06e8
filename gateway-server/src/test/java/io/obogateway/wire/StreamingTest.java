package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** Content streams: what a slow peer does not take is not read from the other. */
class StreamingTest extends Http1Conversation {
    private static final long GIB = 1L << 30;
    private static final int PIECE = 64 * 1024;
    /** What the sockets' own buffers can hold on the way, far below what is sent. */
    private static final long BUFFERED = 64L << 20;

    @Test
    void anUploadToAServiceThatDoesNotReadWaitsAtTheClient() throws Exception {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + GIB + "\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        long before = DirectMemory.used();

        Flood flood = Flood.into(client.socket().getOutputStream(), GIB);
        flood.awaitStanding();

        assertThat(flood.sent()).isLessThan(BUFFERED);
        assertThat(DirectMemory.used() - before).isLessThan(4L << 20);
        flood.abandon();
    }

    @Test
    void aDownloadToAClientThatDoesNotReadWaitsAtTheService() throws Exception {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIB + "\r\n\r\n");
        long before = DirectMemory.used();

        Flood flood = Flood.into(peer.socket().getOutputStream(), GIB);
        flood.awaitStanding();

        assertThat(flood.sent()).isLessThan(BUFFERED);
        assertThat(DirectMemory.used() - before).isLessThan(4L << 20);
        flood.abandon();
    }

    @Test
    void aLargeBodyArrivesWholeInBothDirections() throws Exception {
        long size = GIB / 4;
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
        RawConnection peer = upstream.accept();
        peer.head();
        long before = DirectMemory.used();
        Flood up = Flood.into(client.socket().getOutputStream(), size);
        drain(peer.socket().getInputStream(), size);
        up.awaitDone();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
        Flood down = Flood.into(peer.socket().getOutputStream(), size);
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
        client.skip(size);
        down.awaitDone();

        assertThat(DirectMemory.used() - before).isLessThan(8L << 20);
        client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(peer.head()).startsWith("GET /next ");
    }

    private static void drain(InputStream in, long count) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long left = count; left > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (read < 0) {
                throw new AssertionError("closed with " + left + " bytes to come");
            }
            left -= read;
        }
    }
}
