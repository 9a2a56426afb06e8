package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.http.AddressBlock;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy before the gateway says of where a request comes from, when the proxy is a trusted one and when it is not. */
class TrustedProxiesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RawUpstream upstream;
    private GatewayServer gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
        gateway = trusting("127.0.0.0/8");
    }

    private GatewayServer trusting(String... blocks) {
        List<AddressBlock> trusted = Stream.of(blocks)
                .map(AddressBlock::parse)
                .map(Objects::requireNonNull)
                .toList();
        return TestGateway.start(
                new GatewayConfig.Listen("127.0.0.1", 0, null, true, trusted),
                new GatewayConfig.Timeouts(PATIENCE, PATIENCE, TestGateway.SHORT),
                TestGateway.route(upstream.url(), new RouteTimeouts(PATIENCE, PATIENCE, PATIENCE), Long.MAX_VALUE));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private String forwarded(String... fields) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: gw.example:8080\r\n" + String.join("\r\n", fields)
                    + (fields.length == 0 ? "\r\n" : "\r\n\r\n"));
            RawConnection peer = upstream.accept();
            String head = peer.message().toLowerCase(Locale.ROOT);
            peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
            return head;
        }
    }

    @Test
    void trustedProxysWordIsKeptAndExtended() {
        assertThat(forwarded(
                        "X-Forwarded-For: 203.0.113.9, 10.0.0.1",
                        "X-Forwarded-For: 10.0.0.2",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: shop.example",
                        "X-Forwarded-Port: 443"))
                .contains(
                        "\r\nx-forwarded-for: 203.0.113.9, 10.0.0.1, 10.0.0.2, 127.0.0.1\r\n",
                        "\r\nx-forwarded-proto: https\r\n",
                        "\r\nx-forwarded-host: shop.example\r\n",
                        "\r\nx-forwarded-port: 443\r\n")
                .doesNotContain("\r\nforwarded:");
    }

    @Test
    void forwardedIsExtendedWhereItCameIn() {
        assertThat(forwarded("Forwarded: for=203.0.113.9;proto=https, for=\"[2001:db8::1]:4711\""))
                .contains(
                        "\r\nforwarded: for=203.0.113.9;proto=https, for=\"[2001:db8::1]:4711\","
                                + " for=127.0.0.1;host=\"gw.example:8080\";proto=http\r\n",
                        "\r\nx-forwarded-for: 127.0.0.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for=\"evil",
                "for=\"evil\\",
                "evil",
                "for=evil evil",
                "=evil",
                "for=evil;;=",
                "for=[evil]",
                "for=\"\", evil=\u00e9"
            })
    void malformedForwardedSwallowsNothing(String malformed) {
        assertThat(forwarded("Forwarded: " + malformed))
                .contains("\r\nforwarded: for=127.0.0.1;host=\"gw.example:8080\";proto=http\r\n")
                .doesNotContain("evil");
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Proto, ht/tp",
        "X-Forwarded-Host, evil@shop",
        "X-Forwarded-Host, 'a,,b'",
        "X-Forwarded-Port, 80x"
    })
    void malformedWordIsReplacedByOurs(String name, String value) {
        assertThat(forwarded(name + ": " + value))
                .contains("\r\nx-forwarded-proto: http\r\n", "\r\nx-forwarded-host: gw.example:8080\r\n")
                .doesNotContain(value, "\r\nx-forwarded-port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "_hidden", ",,", "not an address", "1.2.3.4:80", "[", "::::", "203.0.113.9,,"})
    void malformedChainGoesOnWithOursBehindIt(String chain) {
        assertThat(forwarded("X-Forwarded-For: " + chain))
                .contains("\r\nx-forwarded-for: " + chain + ", 127.0.0.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User",
                "X-Forwarded-Groups",
                "X_Forwarded_For",
                "X-Forwarded_Host",
                "X-Forwarded-Access-Token"
            })
    void whatIsNotAboutHopsIsDroppedAlsoFromATrustedProxy(String name) {
        assertThat(forwarded(name + ": evil")).doesNotContain("evil");
    }

    @Test
    void withoutAWordOfTheProxyOursIsSaid() {
        assertThat(forwarded())
                .contains(
                        "\r\nx-forwarded-for: 127.0.0.1\r\n",
                        "\r\nx-forwarded-proto: http\r\n",
                        "\r\nx-forwarded-host: gw.example:8080\r\n")
                .doesNotContain("\r\nforwarded:", "x-forwarded-port");
    }

    @Test
    void whoIsNotAmongThemIsNotBelieved() {
        gateway.close();
        gateway = trusting("10.0.0.0/8", "::1");

        assertThat(forwarded("X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https", "Forwarded: for=10.0.0.1"))
                .contains("\r\nx-forwarded-for: 127.0.0.1\r\n", "\r\nx-forwarded-proto: http\r\n")
                .doesNotContain("10.0.0.1", "\r\nforwarded:");
    }

    @Test
    void hopByHopNominationComesFirst() {
        assertThat(forwarded("X-Forwarded-For: 203.0.113.9", "Connection: X-Forwarded-For"))
                .contains("\r\nx-forwarded-for: 127.0.0.1\r\n");
    }
}
