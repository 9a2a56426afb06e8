package io.obogateway.config;

import io.obogateway.oauth.CacheLimits;
import java.time.Duration;

/** Reads what is about the gateway as a whole: where it listens, its limits, its deadlines, its cache. */
final class SettingsReader {
    static final Duration MILLISECOND = Duration.ofMillis(1);
    static final Duration DAY = Duration.ofDays(1);

    private static final int MAX_CONNECTIONS = 10_000_000;
    private static final int MAX_HEAD = 16 * 1024 * 1024;

    private final Section gateway;

    SettingsReader(Section gateway) {
        this.gateway = gateway;
    }

    int threads() {
        Key threads = gateway.key("threads");
        return threads.shown().equals("\"auto\"")
                ? Runtime.getRuntime().availableProcessors()
                : threads.integer(1, 1024);
    }

    GatewayConfig.Listen listen() {
        return ListenReader.read(gateway.section("listen"));
    }

    GatewayConfig.Admin admin(GatewayConfig.Listen listen) {
        Section admin = gateway.section("admin");
        Key port = admin.key("port");
        GatewayConfig.Admin read = new GatewayConfig.Admin(ListenReader.host(admin), port.integer(0, 65_535));
        if (read.port() != 0 && read.port() == listen.port() && sameAddress(read.host(), listen.host())) {
            Key listenPort = gateway.section("listen").key("port");
            (port.place().file().equals(Place.REFERENCE) ? listenPort : port)
                    .problem("gateway.listen and gateway.admin cannot both have " + read.port());
        }
        admin.refuseUnknown();
        return read;
    }

    private static boolean sameAddress(String one, String other) {
        return one.equals(other) || isAny(one) || isAny(other);
    }

    private static boolean isAny(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    GatewayConfig.Limits limits() {
        Section limits = gateway.section("limits");
        limits.key("body").sizeOrUnlimited(); // the default of every route, read there
        GatewayConfig.Limits read = new GatewayConfig.Limits(
                (int) limits.key("request-line").size(64, MAX_HEAD),
                (int) limits.key("headers").size(64, MAX_HEAD),
                limits.key("connections").integer(1, MAX_CONNECTIONS),
                limits.key("in-flight").integer(1, MAX_CONNECTIONS),
                (int) limits.key("replay-body").size(0, MAX_HEAD));
        limits.refuseUnknown();
        return read;
    }

    GatewayConfig.Timeouts timeouts() {
        Section timeouts = gateway.section("timeouts");
        for (String ofRoutesAndProviders : new String[] {"connect", "response", "stream-idle", "token"}) {
            timeouts.key(ofRoutesAndProviders).duration(MILLISECOND, DAY);
        }
        GatewayConfig.Timeouts read = new GatewayConfig.Timeouts(
                timeouts.key("request-headers").duration(MILLISECOND, DAY),
                timeouts.key("idle").duration(MILLISECOND, DAY),
                timeouts.key("drain").duration(Duration.ZERO, DAY));
        timeouts.refuseUnknown();
        return read;
    }

    CacheLimits tokenCache() {
        Section cache = gateway.section("token-cache");
        CacheLimits read = new CacheLimits(
                cache.key("max-entries").integer(1, 100_000_000),
                cache.key("expiry-margin").duration(Duration.ZERO, DAY),
                cache.key("failure-ttl").duration(Duration.ZERO, DAY));
        cache.refuseUnknown();
        return read;
    }
}
