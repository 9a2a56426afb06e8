package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.route.Upstream.Protocol;
import io.obogateway.wire.RawConnection;
import io.obogateway.wire.ScriptedHttp2Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** For how long a connection is used, and for how long it is kept without use. */
class ConnectionAgeTest extends PooledConnections {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration MOST_OF_AN_IDLE_TIME = Duration.ofSeconds(50);

    private final UpstreamPool pool = pools.all().get(0);
    private final Destination origin = new Destination(Origin.of(URI.create(peer.url())), null);

    @Test
    void anIdleConnectionIsKeptFor55Seconds() {
        RawConnection first = served();
        pass(Duration.ofSeconds(54));
        sweep();

        servedBy(first);
    }

    @Test
    void afterThatItIsClosed() {
        RawConnection first = served();
        pass(Duration.ofSeconds(56));
        sweep();

        assertThat(first.closedByPeer()).isTrue();
    }

    @Test
    void norIsItPickedBeforeItIsClosed() {
        RawConnection first = served();
        pass(Duration.ofSeconds(56));

        served();

        assertThat(first.closedByPeer()).isTrue();
    }

    @Test
    void anIdleConnectionOlderThanFiveMinutesIsNotUsedAgain() {
        RawConnection first = usedForFiveMinutes();
        pass(Duration.ofSeconds(20));

        served();

        assertThat(first.closedByPeer()).isTrue();
    }

    @Test
    void aConnectionThatTurnsFiveMinutesOldWhileInUseClosesBehindItsResponse() {
        RawConnection first = usedForFiveMinutes();
        CompletableFuture<Integer> answer = ask();
        first.head();
        pass(Duration.ofSeconds(20));

        first.send("HTTP/1.1 204 No Content\r\n\r\n");

        assertThat(answer.join()).isEqualTo(204);
        assertThat(first.closedByPeer()).isTrue();
    }

    @Test
    void ofHttp2TooAnIdleConnectionIsClosedAfter55SecondsAndAnOldOneAfterFiveMinutes() {
        try (ScriptedHttp2Upstream service =
                new ScriptedHttp2Upstream((stream, request, ended) -> stream.head(204, true))) {
            Destination http2 =
                    new Destination(Origin.of(URI.create(service.url())).speaking(Protocol.HTTP2), null);
            for (int i = 0; i < 6; i++) {
                assertThat(AskedOnce.over(pool, http2, LONG).status().join()).isEqualTo(204);
                pass(MOST_OF_AN_IDLE_TIME);
                sweep();
            }
            assertThat(service.connections()).isEqualTo(1);

            pass(Duration.ofSeconds(6));
            sweep();
            assertThat(AskedOnce.over(pool, http2, LONG).status().join()).isEqualTo(204);
            assertThat(service.connections()).isEqualTo(2);

            pass(Duration.ofMinutes(5).plusSeconds(1));
            sweep();
            assertThat(AskedOnce.over(pool, http2, LONG).status().join()).isEqualTo(204);
            assertThat(service.connections()).isEqualTo(3);
        }
    }

    /** One that is used again and again, up to ten seconds before its end. */
    private RawConnection usedForFiveMinutes() {
        RawConnection first = served();
        for (int i = 0; i < 5; i++) {
            pass(MOST_OF_AN_IDLE_TIME);
            servedBy(first);
        }
        pass(Duration.ofSeconds(40));
        servedBy(first);
        return first;
    }

    private CompletableFuture<Integer> ask() {
        return AskedOnce.over(pool, origin, LONG).status();
    }

    /** One exchange over a new connection, which is kept. */
    private RawConnection served() {
        CompletableFuture<Integer> answer = ask();
        return answer(peer.accept(), answer);
    }

    private void servedBy(RawConnection kept) {
        answer(kept, ask());
    }

    private static RawConnection answer(RawConnection connection, CompletableFuture<Integer> answer) {
        connection.head();
        connection.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(answer.join()).isEqualTo(204);
        return connection;
    }

    private void sweep() {
        pool.loop().submit(pool::closeExpired).syncUninterruptibly();
    }
}
