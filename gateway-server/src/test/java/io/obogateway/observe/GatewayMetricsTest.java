package io.obogateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
    private final GatewayMetrics metrics = new GatewayMetrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void requestsAreCountedAndTimedByRouteAndStatus() {
        metrics.finished(forwarded("people", 200, 3_000_000));
        metrics.finished(forwarded("people", 200, 30_000_000));
        metrics.finished(forwarded("people", 500, 1_000_000));

        assertThat(metrics.scrape().lines())
                .contains(
                        "gateway_requests_seconds_count{route=\"people\",status=\"200\"} 2",
                        "gateway_requests_seconds_count{route=\"people\",status=\"500\"} 1",
                        "gateway_requests_seconds_bucket{route=\"people\",status=\"200\",le=\"0.005\"} 1",
                        "gateway_requests_seconds_bucket{route=\"people\",status=\"200\",le=\"0.1\"} 2");
    }

    @Test
    void refusalsAreCountedByCodeAlsoWithoutARoute() {
        ExchangeFacts facts = new ExchangeFacts();
        facts.status = 404;
        facts.code = "no_route";
        facts.path = "/anything";
        facts.method = "BREW";
        metrics.finished(facts);

        assertThat(metrics.scrape())
                .contains("gateway_refusals_total{code=\"no_route\",route=\"(none)\"} 1.0")
                .contains("gateway_requests_seconds_count{route=\"(none)\",status=\"404\"} 1")
                .doesNotContain("anything")
                .doesNotContain("BREW");
    }

    @Test
    void tokensAreCountedByGrantAndOutcome() {
        ExchangeFacts facts = forwarded("people", 200, 1);
        facts.grant = "on-behalf-of";
        facts.cache = "hit";
        metrics.finished(facts);
        metrics.finished(facts);
        facts.cache = "miss";
        metrics.finished(facts);

        assertThat(metrics.scrape())
                .contains("gateway_token_cache_total{grant=\"on-behalf-of\",outcome=\"hit\",route=\"people\"} 2.0")
                .contains("gateway_token_cache_total{grant=\"on-behalf-of\",outcome=\"miss\",route=\"people\"} 1.0");
    }

    @Test
    void clientThatLeftAndNonsenseStatusShareOneSeries() {
        metrics.finished(forwarded("people", 0, 1));
        metrics.finished(forwarded("people", 1000, 1));

        assertThat(metrics.scrape()).contains("gateway_requests_seconds_count{route=\"people\",status=\"0\"} 2");
    }

    @Test
    void gaugesShowWhatTheirOwnersSay() {
        metrics.inFlight(() -> 7);
        metrics.clientConnections(() -> 11);
        metrics.accessLogDropped(() -> 13);
        System.gc(); // nothing may be held weakly only

        assertThat(metrics.scrape().lines())
                .contains(
                        "gateway_in_flight 7.0",
                        "gateway_client_connections 11.0",
                        "gateway_access_log_dropped_total 13.0");
    }

    @Test
    void scrapeShowsTheJvmToo() {
        assertThat(metrics.scrape())
                .contains("jvm_memory_used_bytes{area=\"heap\"")
                .contains("process_uptime_seconds");
    }

    private static ExchangeFacts forwarded(String route, int status, long nanos) {
        ExchangeFacts facts = new ExchangeFacts();
        facts.route = route;
        facts.status = status;
        facts.endNanos = nanos;
        return facts;
    }
}
