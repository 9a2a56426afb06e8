package io.obogateway.upstream;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * In which order the addresses of a name are connected to until one answers: beginning anywhere among those of the family
 * that the resolver prefers, so that connections are spread; then the others. Three at most.
 */
final class AddressOrder {
    private static final int MAX_TRIES = 3;

    private final List<InetSocketAddress> addresses;
    private final int preferred;
    private final int first;
    private int tried;

    /**
     * @param addresses as resolved, not empty; those of the preferred family come first
     * @param random from 0
     */
    AddressOrder(List<InetSocketAddress> addresses, int random) {
        this.addresses = addresses;
        this.preferred = preferred(addresses);
        this.first = random % preferred;
    }

    private static int preferred(List<InetSocketAddress> addresses) {
        Class<?> family = addresses.get(0).getAddress().getClass();
        int count = 1;
        while (count < addresses.size()
                && addresses.get(count).getAddress().getClass().equals(family)) {
            count++;
        }
        return count;
    }

    int triesLeft() {
        return Math.min(MAX_TRIES, addresses.size()) - tried;
    }

    InetSocketAddress next() {
        int index = tried < preferred ? (first + tried) % preferred : tried;
        tried++;
        return addresses.get(index);
    }
}
