package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.wire.RawConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who waits for a connection, and who no longer does. */
class ConnectionSlotsTest extends PooledConnections {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final UpstreamPool pool = pools.all().get(0);
    private final ConnectionSlots slots = new ConnectionSlots(1);
    private final Destination origin = new Destination(Origin.of(URI.create(peer.url())), slots);

    @Test
    void whoLeavesTakesNobodysPlaceInTheQueue() {
        CompletableFuture<Integer> first = AskedOnce.over(pool, origin, LONG).status();
        RawConnection connection = peer.accept();
        List<AskedOnce> leaving = new ArrayList<>();
        for (int i = 0; i < ConnectionSlots.MAX_WAITING; i++) {
            leaving.add(AskedOnce.over(pool, origin, LONG));
        }
        pool.loop()
                .submit(() -> leaving.forEach(each -> pool.leave(origin, each)))
                .syncUninterruptibly();
        assertThat(slots.awaited()).isFalse();
        CompletableFuture<Integer> last = AskedOnce.over(pool, origin, LONG).status();

        for (CompletableFuture<Integer> answer : List.of(first, last)) {
            connection.head();
            connection.send("HTTP/1.1 204 No Content\r\n\r\n");
            assertThat(answer.join()).isEqualTo(204);
        }
        assertThat(slots.awaited()).isFalse();
        assertThat(slots.open()).isEqualTo(1);
        assertThat(peer.waiting()).isZero();
        assertThat(leaving).noneMatch(each -> each.status().isDone());
    }

    @Test
    void whoeverIsOneTooManyIsRefusedAtOnce() {
        AskedOnce.over(pool, origin, LONG);
        peer.accept();
        for (int i = 0; i < ConnectionSlots.MAX_WAITING; i++) {
            AskedOnce.over(pool, origin, LONG);
        }

        assertThat(AskedOnce.over(pool, origin, LONG).status())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(Exception.class)
                .withCauseInstanceOf(NoConnectionException.class);
    }
}
