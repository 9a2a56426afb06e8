package io.obogateway.server;

import io.obogateway.observe.GatewayMetrics;
import io.obogateway.tls.TlsProvider;
import io.obogateway.upstream.Transport;
import io.obogateway.upstream.UpstreamPools;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What the JVM loads beside the reading of the configuration, because it takes long and needs nothing of it. Only speed
 * depends on it: whoever needs one of these classes waits for it, or loads it, as always.
 */
final class Preload {
    private static final List<Runnable> SLOW = List.of(
            () -> new GatewayMetrics().close(),
            () -> {
                LoggerFactory.getLogger(GatewayServer.class);
                Transport.detect();
                load(UpstreamPools.class);
            },
            TlsProvider::detect);

    private Preload() {}

    static void begin() {
        for (Runnable slow : SLOW) {
            Thread thread = new Thread(slow, "preload");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void load(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
