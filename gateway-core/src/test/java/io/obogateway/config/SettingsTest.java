package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.oauth.CacheLimits;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path folder;

    private GatewayConfig defaults() {
        return Written.in(folder).load("");
    }

    @Test
    void eventLoopsAreOnePerProcessorByDefault() {
        assertThat(defaults().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void eventLoopsCanBeCounted() {
        assertThat(Written.in(folder).load("gateway.threads = 3").threads()).isEqualTo(3);
    }

    @Test
    void clientsConnectToPort8080AndOperatorsFromLoopbackByDefault() {
        assertThat(defaults().listen()).isEqualTo(new GatewayConfig.Listen("0.0.0.0", 8080));
        assertThat(defaults().admin()).isEqualTo(new GatewayConfig.Admin("127.0.0.1", 8081));
    }

    @Test
    void addressesAreAsConfigured() {
        GatewayConfig config = Written.in(folder).load("""
                gateway { listen { host = "::1", port = 0 }, admin { host = "0.0.0.0", port = 9000 } }""");

        assertThat(config.listen()).isEqualTo(new GatewayConfig.Listen("::1", 0));
        assertThat(config.admin()).isEqualTo(new GatewayConfig.Admin("0.0.0.0", 9000));
    }

    @Test
    void limitsHaveDefaults() {
        assertThat(defaults().limits())
                .isEqualTo(new GatewayConfig.Limits(16 * 1024, 32 * 1024, 20_000, 10_000, 64 * 1024));
    }

    @Test
    void limitsAreAsConfigured() {
        GatewayConfig config = Written.in(folder).load("""
                gateway.limits { request-line = 512, headers = 1 MiB, body = 1 GiB, connections = 7, in-flight = 6, replay-body = 0 }""");

        assertThat(config.limits()).isEqualTo(new GatewayConfig.Limits(512, 1024 * 1024, 7, 6, 0));
    }

    @Test
    void timeoutsHaveDefaults() {
        assertThat(defaults().timeouts())
                .isEqualTo(new GatewayConfig.Timeouts(
                        Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(25)));
    }

    @Test
    void timeoutsAreAsConfigured() {
        GatewayConfig config = Written.onNais(folder).load(Written.ROUTE + """
                gateway.timeouts {
                  request-headers = 1s, idle = 2 minutes, connect = 30ms, response = 4s, stream-idle = 5h, token = 6s, drain = 0
                }""");

        assertThat(config.timeouts())
                .isEqualTo(new GatewayConfig.Timeouts(
                        Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofSeconds(0)));
        assertThat(config.routes().get(0).timeouts().connect()).isEqualTo(Duration.ofMillis(30));
        assertThat(config.routes().get(0).timeouts().response()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.routes().get(0).timeouts().streamIdle()).isEqualTo(Duration.ofHours(5));
        assertThat(config.providers().values())
                .allSatisfy(provider -> assertThat(provider.limits().timeout()).isEqualTo(Duration.ofSeconds(6)));
    }

    @Test
    void theTokenCacheHasDefaults() {
        assertThat(defaults().tokenCache()).isEqualTo(CacheLimits.DEFAULT);
    }

    @Test
    void theTokenCacheIsAsConfigured() {
        GatewayConfig config = Written.in(folder)
                .load("gateway.token-cache { max-entries = 5, expiry-margin = 0s, failure-ttl = 1m }");

        assertThat(config.tokenCache()).isEqualTo(new CacheLimits(5, Duration.ZERO, Duration.ofMinutes(1)));
    }

    @Test
    void numbersMayComeFromVariables() {
        GatewayConfig config = Written.in(folder).with("PORT", "1234").load("gateway.listen.port = ${PORT}");

        assertThat(config.listen().port()).isEqualTo(1234);
    }
}
