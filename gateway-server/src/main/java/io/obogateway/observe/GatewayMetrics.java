package io.obogateway.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is counted, and under which names. The labels' values come from the configuration and from the gateway's own
 * enumerations, never from a request, so the number of series is bounded.
 *
 * <p>Loading the registry's classes takes about a tenth of a second, in the constructor: make it beside something that
 * waits. Everything is safe to call from any thread.
 */
public final class GatewayMetrics implements AutoCloseable {
    /** The {@code route} of requests that none took; no route's name in the configuration looks like it. */
    static final String NO_ROUTE = "(none)";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final MultiGauge connections = MultiGauge.builder("gateway.upstream.connections")
            .description("Open connections to an upstream")
            .register(registry);
    private final MultiGauge inService = MultiGauge.builder("gateway.upstream.healthy")
            .description("Whether an address of an upstream is in service")
            .register(registry);
    private volatile Supplier<UpstreamFigures> upstreams = () -> new UpstreamFigures(Map.of(), Map.of());
    private boolean jvmBound;

    public GatewayMetrics() {
        // the first meter of each kind is the slow one: not on an event loop
        RouteMeters none = new RouteMeters(registry, NO_ROUTE);
        none.prepare();
        routes.put(NO_ROUTE, none);
    }

    /** Counts an exchange that has ended. On its event loop; allocates only when a series is new. */
    public void finished(ExchangeFacts facts) {
        route(facts.route).finished(facts);
    }

    private RouteMeters route(@Nullable String name) {
        String label = name == null ? NO_ROUTE : name;
        RouteMeters known = routes.get(label);
        return known != null ? known : routes.computeIfAbsent(label, absent -> new RouteMeters(registry, absent));
    }

    /** Requests that have begun and not ended. */
    public void inFlight(IntSupplier requests) {
        Gauge.builder("gateway.in.flight", requests::getAsInt)
                .description("Requests in flight")
                .register(registry);
    }

    /** Open WebSockets. */
    public void tunnels(IntSupplier open) {
        Gauge.builder("gateway.tunnels", open::getAsInt)
                .description("Open WebSockets, which are requests in flight too")
                .register(registry);
    }

    /** Open connections from clients. */
    public void clientConnections(IntSupplier connections) {
        Gauge.builder("gateway.client.connections", connections::getAsInt)
                .description("Open connections from clients")
                .register(registry);
    }

    /** What is counted for an upstream. */
    public UpstreamMeters upstream(String name) {
        return new UpstreamMeters(registry, name);
    }

    /** How the upstreams fare; asked at each scrape. */
    public void upstreams(Supplier<UpstreamFigures> figures) {
        upstreams = figures;
    }

    private void showUpstreams() {
        UpstreamFigures now = upstreams.get();
        connections.register(rows("upstream", now.connections(), open -> open), true);
        inService.register(rows("address", now.inService(), serves -> serves ? 1 : 0), true);
    }

    private static <T> List<MultiGauge.Row<?>> rows(String tag, Map<String, T> figures, ToDoubleFunction<T> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>(figures.size());
        figures.forEach((name, figure) -> rows.add(MultiGauge.Row.of(Tags.of(tag, name), value.applyAsDouble(figure))));
        return rows;
    }

    /** Lines that the access log had to drop. */
    public void accessLogDropped(LongSupplier lines) {
        // a meter holds its object weakly; the meter itself, held by the registry, holds the lambda
        FunctionCounter.builder("gateway.access.log.dropped", registry, any -> lines.getAsLong())
                .description("Access-log lines dropped because the output did not take them in time")
                .register(registry);
    }

    /** Counts that the configuration was read again. */
    public void reloaded(boolean inEffect) {
        Counter.builder("gateway.config.reloads")
                .description("Times the configuration was read again")
                .tag("outcome", inEffect ? "reloaded" : "rejected")
                .register(registry)
                .increment();
    }

    /** All series in Prometheus' text format 0.0.4. Takes milliseconds: not on a loop that serves traffic. */
    public synchronized String scrape() {
        bindJvm();
        showUpstreams();
        return registry.scrape();
    }

    /** The JVM's own figures cost more to set up than the rest of the start; whoever scrapes first waits for them. */
    private void bindJvm() {
        if (jvmBound) {
            return;
        }
        jvmBound = true;
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
