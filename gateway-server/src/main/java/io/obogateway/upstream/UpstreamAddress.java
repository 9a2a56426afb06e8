package io.obogateway.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address of an upstream, and how it fares. All event loops share it; safe for all threads. */
public final class UpstreamAddress {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamAddress.class);

    private final UpstreamGroup group;
    private final Destination destination;
    private final String name;
    private final long bit;
    private final boolean counted;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Ejection ejection;
    private volatile boolean failsChecks;

    /**
     * @param index among the group's addresses
     * @param counted whether it matters how many requests are under way
     */
    UpstreamAddress(UpstreamGroup group, Destination destination, int index, boolean counted, LongSupplier nanoTime) {
        this.group = group;
        this.destination = destination;
        this.name = name(destination.origin());
        this.bit = 1L << index; // beyond 64 some share a bit: a retry then passes over more than it must
        this.counted = counted;
        this.ejection = new Ejection(nanoTime);
    }

    static String name(Origin origin) {
        return (origin.tls() ? "https://" : "http://") + origin.authority();
    }

    public Destination destination() {
        return destination;
    }

    /** Its bit in a set of addresses. */
    public long bit() {
        return bit;
    }

    /** A try of a request begins; {@link #end} ends it. */
    public void begin() {
        if (counted) {
            underWay.incrementAndGet();
        }
    }

    /** A try of a request has ended, whatever became of it. */
    public void end() {
        if (counted) {
            underWay.decrementAndGet();
        }
    }

    int underWay() {
        return underWay.get();
    }

    /** It has answered a request, with whatever status. */
    public void succeeded() {
        if (ejection.succeeded()) {
            LOG.info("upstream {}: answers again and is back in service", name);
            group.changed();
        }
    }

    /** It could not be connected to, or broke off or was silent before its response began. */
    public void failed(Throwable cause) {
        if (cause instanceof ConnectionAttemptException) { // counted with the request that was told of it first
            return;
        }
        if (ejection.failed()) {
            LOG.warn(
                    "upstream {}: out of service after {} failures in a row, the last one: {}",
                    name,
                    Ejection.FAILURES,
                    FailureText.of(cause));
            group.ejected(this);
        }
    }

    /** The answer of its health check. */
    void checked(boolean healthy, String finding) {
        if (failsChecks != healthy) {
            return;
        }
        failsChecks = !healthy;
        if (healthy) {
            LOG.info("upstream {}: its health check passes", name);
        } else {
            LOG.warn("upstream {}: its health check fails: {}", name, finding);
        }
        group.changed();
    }

    /** Nothing is known against it. */
    boolean inService() {
        return !failsChecks && !ejection.ejected();
    }

    boolean failsChecks() {
        return failsChecks;
    }

    Ejection ejection() {
        return ejection;
    }

    /** Scheme, host and port: for logs and operators, never for a client. */
    @Override
    public String toString() {
        return name;
    }
}
