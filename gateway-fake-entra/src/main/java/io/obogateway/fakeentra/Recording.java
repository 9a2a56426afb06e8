package io.obogateway.fakeentra;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The token requests that came in, in their order; of more than the bound the oldest go. Thread-safe. */
final class Recording {
    private static final int MAX = 100_000;

    private final List<TokenRequest> requests = new ArrayList<>();
    private int exchanges;

    synchronized void add(TokenRequest request) {
        if (requests.size() == MAX) {
            requests.remove(0);
        }
        requests.add(request);
        exchanges += request.isExchange() ? 1 : 0;
        notifyAll();
    }

    synchronized List<TokenRequest> all() {
        return List.copyOf(requests);
    }

    synchronized int exchanges() {
        return exchanges;
    }

    /**
     * @throws AssertionError when fewer came in time
     */
    synchronized void await(int count, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (requests.size() < count) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("expected " + count + " token requests, saw " + requests.size());
            }
            wait(millis);
        }
    }

    synchronized void clear() {
        requests.clear();
        exchanges = 0;
    }
}
