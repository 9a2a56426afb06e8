package io.obogateway.proxy;

import io.obogateway.upstream.FailureText;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why upstreams fail, at most once a second for each route: a service that is down fails every request, and the log
 * is written on the event loop. Each failed request has its own line in the access log.
 */
public final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, Route> routes = new ConcurrentHashMap<>();

    /**
     * Takes down one failure. Safe for all threads.
     *
     * @param address of the upstream
     */
    void upstreamFailed(String route, String address, Throwable cause) {
        routes.computeIfAbsent(route, name -> new Route()).failed(route, address, cause);
    }

    private static final class Route {
        private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());
        private final AtomicInteger untold = new AtomicInteger();

        void failed(String route, String address, Throwable cause) {
            long now = System.nanoTime();
            long until = quietUntil.get();
            if (now - until < 0 || !quietUntil.compareAndSet(until, now + INTERVAL_NANOS)) {
                untold.incrementAndGet();
                return;
            }
            int others = untold.getAndSet(0);
            LOG.warn(
                    "route {}: its upstream {} failed: {}{}",
                    route,
                    address,
                    FailureText.of(cause),
                    others == 0 ? "" : " (" + others + " more since the last line)");
        }
    }
}
