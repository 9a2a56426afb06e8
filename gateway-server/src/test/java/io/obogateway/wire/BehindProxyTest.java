package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.OutboundProxy;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.route.Upstream;
import io.obogateway.server.GatewayServer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services behind an outbound proxy, and what the proxy itself says. */
class BehindProxyTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aProxyThatWantsOtherCredentialsIsNotTheService(String scheme) {
        try (RawUpstream proxy = new RawUpstream();
                GatewayServer gateway = gateway(proxy, scheme);
                RawConnection client = RawConnection.to(gateway.port());
                LogLines log = new LogLines()) {
            client.send(GET);
            RawConnection connection = proxy.accept();
            assertThat(connection.head()).contains("proxy-authorization: Basic dTpzM2NyZXQ=\r\n");
            connection.send("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                    + "Content-Length: 4\r\n\r\nnope");

            assertThat(client.message())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"upstream_unavailable\"")
                    .doesNotContainIgnoringCase("proxy")
                    .doesNotContain("nope");
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("the outbound proxy refuses its credentials (outbound-proxy.url")
                    .doesNotContain("s3cret");
            Gauge.of(gateway, "gateway_upstream_connections{upstream=\"" + scheme + "://people.example\"}")
                    .becomes(0);
        }
    }

    @Test
    void withoutAProxyBetweenItIsTheServicesOwn() {
        try (RawUpstream service = new RawUpstream();
                GatewayServer gateway = TestGateway.patient(service.url());
                RawConnection client = RawConnection.to(gateway.port())) {
            client.send(GET);
            RawConnection connection = service.accept();
            connection.head();
            connection.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nodd!");

            assertThat(client.message()).startsWith("HTTP/1.1 407 ").endsWith("odd!");
        }
    }

    private static GatewayServer gateway(RawUpstream proxy, String scheme) {
        Upstream upstream = new Upstream(URI.create(scheme + "://people.example"), true);
        return TestGateway.through(
                OutboundProxy.parse("http://u:s3cret@127.0.0.1:" + proxy.port(), null),
                TestGateway.route(upstream, new RouteTimeouts(LONG, LONG, LONG), 1));
    }
}
