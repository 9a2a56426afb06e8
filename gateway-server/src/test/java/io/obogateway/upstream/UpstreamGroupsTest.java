package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.observe.GatewayMetrics;
import io.obogateway.route.HealthCheck;
import io.obogateway.route.Upstream;
import io.obogateway.route.Upstream.Balance;
import io.obogateway.route.Upstream.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is known of an upstream outlives a configuration in which it stands unchanged. */
class UpstreamGroupsTest extends PooledConnections {
    private final GatewayMetrics metrics = new GatewayMetrics();

    @Override
    @AfterEach
    void stop() {
        super.stop();
        metrics.close();
    }

    @Test
    void equalUpstreamsShareAGroup() {
        Upstream one = upstream(0, null);
        Upstream same = upstream(0, null);
        Upstream other = upstream(7, null);
        UpstreamGroups groups = groups(one, same, other);

        assertThat(groups.of(one)).isSameAs(groups.of(same)).isNotSameAs(groups.of(other));
    }

    @Test
    void anUpstreamThatIsAsBeforeKeepsItsGroup() {
        Upstream before = upstream(0, null);
        Upstream changedBefore = upstream(7, null);
        UpstreamGroups groups = groups(before, changedBefore);
        Upstream after = upstream(0, null);
        Upstream changed = upstream(8, null);

        UpstreamGroups successor = groups.successor(List.of(after, changed), null);

        assertThat(successor.of(after)).isSameAs(groups.of(before));
        assertThat(successor.of(changed)).isNotSameAs(groups.of(changedBefore));
    }

    @Test
    void checksGoOnWithASuccessorAndEndWithoutOne() {
        HealthCheck check = new HealthCheck("/health", Duration.ofMillis(20), Duration.ofSeconds(5));
        UpstreamGroups groups = groups(upstream(0, check));
        groups.start();
        peer.accept();
        UpstreamGroups same = groups.successor(List.of(upstream(0, check)), null);
        same.start();
        groups.retire(same);
        peer.accept();
        peer.accept();

        UpstreamGroups without = same.successor(List.of(upstream(0, null)), null);
        without.start();
        same.retire(without);
        pools.all().get(0).loop().submit(() -> {}).awaitUninterruptibly(); // the last question is asked by now

        int asked = peer.waiting();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(peer.waiting()).isLessThanOrEqualTo(asked + 1);
    }

    private UpstreamGroups groups(Upstream... upstreams) {
        return new UpstreamGroups(List.of(upstreams), null, pools.all(), metrics);
    }

    private Upstream upstream(int maxConnections, @Nullable HealthCheck check) {
        return new Upstream(
                List.of(URI.create(peer.url())),
                Balance.LEAST_REQUEST,
                Protocol.HTTP1,
                null,
                check,
                maxConnections,
                false);
    }
}
