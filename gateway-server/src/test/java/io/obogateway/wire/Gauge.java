package io.obogateway.wire;

import io.obogateway.server.GatewayServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A figure that a gateway shows its operators. */
public record Gauge(GatewayServer gateway, String name) {
    public static Gauge inFlight(GatewayServer gateway) {
        return new Gauge(gateway, "gateway_in_flight");
    }

    public static Gauge clientConnections(GatewayServer gateway) {
        return new Gauge(gateway, "gateway_client_connections");
    }

    /**
     * @param name with its labels, if it has any
     */
    public static Gauge of(GatewayServer gateway, String name) {
        return new Gauge(gateway, name);
    }

    public int now() {
        try (RawConnection admin = RawConnection.to(gateway.adminPort())) {
            admin.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
            String line = "\n" + name + " ";
            String text = admin.message();
            int found = text.indexOf(line);
            if (found < 0) {
                return 0; // a counter appears when it first counts
            }
            int begin = found + line.length();
            return (int) Double.parseDouble(text.substring(begin, text.indexOf('\n', begin)));
        }
    }

    /** The figure once it has not moved for a second. */
    public int atRest() {
        int last;
        int now = now();
        do {
            last = now;
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            now = now();
        } while (now != last);
        return now;
    }

    /** Fails unless the figure is as expected within five seconds. */
    public void becomes(int expected) {
        Eventually.becomes(name, Duration.ofSeconds(5), this::now, expected);
    }
}
