package io.obogateway.upstream;

import io.obogateway.http.OutboundProxy;
import io.obogateway.observe.GatewayMetrics;
import io.obogateway.observe.UpstreamFigures;
import io.obogateway.route.Upstream;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The groups of the upstreams of one configuration; equal upstreams share one. Safe for all threads. */
public final class UpstreamGroups implements AutoCloseable {
    /*
     * Looked up for each request, and by identity: the hash of an upstream, a large record, would cost more than the choice
     * of an address. An exchange ends under the configuration that it began with, so it finds its upstream.
     */

    private final IdentityHashMap<Upstream, UpstreamGroup> byIdentity = new IdentityHashMap<>();
    private final Map<Upstream, UpstreamGroup> groups = new HashMap<>();
    private final List<UpstreamPool> pools;
    private final GatewayMetrics metrics;
    private final @Nullable OutboundProxy proxy;

    /**
     * @param proxy for upstreams that ask for it; null: none
     * @param pools one per event loop; never empty
     */
    public UpstreamGroups(
            Collection<Upstream> upstreams,
            @Nullable OutboundProxy proxy,
            List<UpstreamPool> pools,
            GatewayMetrics metrics) {
        this(upstreams, Map.of(), proxy, pools, metrics);
    }

    private UpstreamGroups(
            Collection<Upstream> upstreams,
            Map<Upstream, UpstreamGroup> known,
            @Nullable OutboundProxy proxy,
            List<UpstreamPool> pools,
            GatewayMetrics metrics) {
        this.pools = List.copyOf(pools);
        this.metrics = metrics;
        this.proxy = proxy;
        for (Upstream upstream : upstreams) {
            UpstreamGroup group = groups.computeIfAbsent(upstream, absent -> {
                UpstreamGroup same = known.get(absent);
                return same != null ? same : make(absent);
            });
            byIdentity.put(upstream, group);
        }
    }

    private UpstreamGroup make(Upstream upstream) {
        return new UpstreamGroup(upstream, proxy, metrics.upstream(UpstreamGroup.name(upstream)), System::nanoTime);
    }

    /**
     * The groups of another configuration: an upstream that is as before keeps its group, with what is known about its
     * addresses. {@link #start()} them before they serve, and {@link #retire} these when they do.
     *
     * @param newProxy for upstreams that ask for it; null: none
     */
    public UpstreamGroups successor(Collection<Upstream> upstreams, @Nullable OutboundProxy newProxy) {
        boolean sameWay = newProxy == null ? proxy == null : newProxy.equals(proxy);
        return new UpstreamGroups(upstreams, sameWay ? groups : Map.of(), newProxy, pools, metrics);
    }

    /** Begins the health checks that have not begun, and shows operators these groups from now on. */
    public void start() {
        groups.values().forEach(group -> group.startChecks(pools));
        metrics.upstreams(this::figures);
    }

    /** Ends the health checks that the successor does not go on with. */
    public void retire(UpstreamGroups successor) {
        groups.values().stream()
                .filter(group -> !successor.groups.containsValue(group))
                .forEach(UpstreamGroup::stopChecks);
    }

    /** Ends the health checks. */
    @Override
    public void close() {
        groups.values().forEach(UpstreamGroup::stopChecks);
    }

    /**
     * The group of an upstream.
     *
     * @param upstream the very one that was given to the constructor
     */
    public UpstreamGroup of(Upstream upstream) {
        UpstreamGroup group = byIdentity.get(upstream);
        if (group == null) {
            throw new IllegalArgumentException("not an upstream of this configuration");
        }
        return group;
    }

    private UpstreamFigures figures() {
        Map<String, Integer> connections = new TreeMap<>();
        Map<String, Boolean> inService = new TreeMap<>();
        for (UpstreamGroup group : groups.values()) {
            connections.merge(group.toString(), group.slots().open(), Integer::sum);
            for (UpstreamAddress address : group.addresses()) {
                inService.merge(address.toString(), address.inService(), Boolean::logicalAnd);
            }
        }
        return new UpstreamFigures(connections, inService);
    }

    /** What an operator should see to: addresses that are out of service. */
    public List<String> warnings() {
        return figures().inService().entrySet().stream()
                .filter(address -> !address.getValue())
                .map(address -> "upstream " + address.getKey() + " is out of service")
                .toList();
    }
}
