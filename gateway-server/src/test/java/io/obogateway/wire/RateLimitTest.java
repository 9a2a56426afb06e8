package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.http.AddressBlock;
import io.obogateway.route.RateLimit;
import io.obogateway.server.GatewayServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client sees of a route's rate limit. */
class RateLimitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RateLimit TWO_A_DAY = new RateLimit(2, Duration.ofDays(1), RateLimit.Key.ADDRESS);

    private RawUpstream upstream;
    private GatewayServer gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
        gateway = TestGateway.start(
                new GatewayConfig.Listen(
                        "127.0.0.1", 0, null, true, List.of(Objects.requireNonNull(AddressBlock.parse("127.0.0.0/8")))),
                new GatewayConfig.Timeouts(PATIENCE, PATIENCE, TestGateway.SHORT),
                TestGateway.route(upstream.url(), "/limited", Set.of(), null, TWO_A_DAY),
                TestGateway.route(upstream.url(), "/free", Set.of(), null, null));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private String forwarded(RawConnection client, String target, String fields, String upstreamFields) {
        client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        RawConnection peer = upstream.accept();
        peer.message();
        peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n" + upstreamFields + "\r\n");
        return client.head();
    }

    @Test
    void responsesSayWhatIsLeftAndARefusalWhenThereIsMore() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            assertThat(forwarded(client, "/limited", "", "RateLimit: \"mine\";r=7\r\n"))
                    .startsWith("HTTP/1.1 204 ")
                    .contains(
                            "\r\nratelimit-policy: \"default\";q=2;w=86400\r\n",
                            "\r\nratelimit: \"default\";r=1;t=43200\r\n")
                    .doesNotContain("mine");
            assertThat(forwarded(client, "/limited", "", "")).contains("\r\nratelimit: \"default\";r=0;t=86400\r\n");

            client.send("GET /limited HTTP/1.1\r\nHost: a\r\n\r\n");
            String refusal = client.message();

            assertThat(refusal)
                    .startsWith("HTTP/1.1 429 ")
                    .contains(
                            "\r\nretry-after: 43200\r\n",
                            "\r\nratelimit-policy: \"default\";q=2;w=86400\r\n",
                            "\r\nratelimit: \"default\";r=0;t=43200\r\n",
                            "\"code\":\"rate_limited\"",
                            "\"route\":\"limited\"",
                            "\"remedy\":");
            assertThat(upstream.waiting()).isZero();
        }
    }

    @Test
    void callersBehindATrustedProxyHaveTheirOwn() {
        try (RawConnection proxy = RawConnection.to(gateway.port())) {
            for (String caller : List.of("203.0.113.1", "6.6.6.6, 203.0.113.1", "203.0.113.2")) {
                assertThat(forwarded(proxy, "/limited", "X-Forwarded-For: " + caller + "\r\n", ""))
                        .startsWith("HTTP/1.1 204 ");
            }
            proxy.send("GET /limited HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 7.7.7.7, 203.0.113.1\r\n\r\n");

            assertThat(proxy.message()).startsWith("HTTP/1.1 429 ");
        }
    }

    @Test
    void routeWithoutALimitPassesTheServicesOwnFields() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            assertThat(forwarded(client, "/free", "", "RateLimit: \"mine\";r=7\r\n"))
                    .contains("\r\nRateLimit: \"mine\";r=7\r\n")
                    .doesNotContain("policy");
        }
    }
}
