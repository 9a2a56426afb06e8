package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order the addresses of a name are tried. */
class AddressOrderTest {
    private static final InetSocketAddress A = address("10.0.0.1");
    private static final InetSocketAddress B = address("10.0.0.2");
    private static final InetSocketAddress C = address("10.0.0.3");
    private static final InetSocketAddress SIX = address("::1");

    @Test
    void itBeginsAnywhereAndGoesRound() {
        assertThat(order(0, A, B, C)).containsExactly(A, B, C);
        assertThat(order(4, A, B, C)).containsExactly(B, C, A);
    }

    @Test
    void theOtherFamilyComesLast() {
        assertThat(order(1, A, B, SIX)).containsExactly(B, A, SIX);
        assertThat(order(7, A, SIX)).containsExactly(A, SIX);
    }

    @Test
    void threeAreTriedAtMost() {
        assertThat(order(0, A, B, C, SIX)).containsExactly(A, B, C);
    }

    private static InetSocketAddress address(String literal) {
        return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(literal), 80);
    }

    private static List<InetSocketAddress> order(int random, InetSocketAddress... addresses) {
        AddressOrder order = new AddressOrder(List.of(addresses), random);
        List<InetSocketAddress> tried = new ArrayList<>();
        while (order.triesLeft() > 0) {
            tried.add(order.next());
        }
        return tried;
    }
}
