package io.obogateway.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted for one upstream; equal names share their counts. Safe for all threads. */
public final class UpstreamMeters {
    private final MeterRegistry registry;
    private final Counter retries;
    private final Counter retriesRefused;

    UpstreamMeters(MeterRegistry registry, String upstream) {
        this.registry = registry;
        this.retries = Counter.builder("gateway.upstream.retries")
                .description("Requests that were sent again, to another address")
                .tags("upstream", upstream)
                .register(registry);
        this.retriesRefused = Counter.builder("gateway.upstream.retry.budget.exhausted")
                .description("Requests that were not sent again because too many others were")
                .tags("upstream", upstream)
                .register(registry);
    }

    /** A request was sent again. */
    public void retried() {
        retries.increment();
    }

    /** A request was not sent again, for want of a budget. */
    public void retryRefused() {
        retriesRefused.increment();
    }

    /** An address was taken out of service because requests to it failed. Rare. */
    public void ejected(String address) {
        Counter.builder("gateway.upstream.ejections")
                .description("How often an address was taken out of service because requests to it failed")
                .tags("address", address)
                .register(registry)
                .increment();
    }
}
