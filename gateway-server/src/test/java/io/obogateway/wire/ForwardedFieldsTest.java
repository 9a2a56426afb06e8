package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.config.GatewayConfig;
import io.obogateway.route.Route;
import io.obogateway.route.RouteTimeouts;
import io.obogateway.server.GatewayServer;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody but the gateway says whose request it is and where it came from; here the route preserves the host. */
class ForwardedFieldsTest {
    private RawUpstream upstream;
    private GatewayServer gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream();
        Duration patience = Duration.ofSeconds(30);
        Route all = TestGateway.route(upstream.url(), new RouteTimeouts(patience, patience, patience), Long.MAX_VALUE);
        Route preserving = new Route(
                all.name(),
                all.path(),
                all.hosts(),
                all.methods(),
                all.upstream(),
                all.grants(),
                all.targets(),
                all.issuers(),
                all.requirements(),
                all.stripPrefix(),
                true,
                all.timeouts(),
                all.maxBodyBytes());
        gateway = TestGateway.start(preserving, new GatewayConfig.Timeouts(patience, patience, TestGateway.SHORT), 100);
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private String forwarded(String request) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send(request);
            RawConnection peer = upstream.accept();
            String head = peer.message().toLowerCase(Locale.ROOT);
            peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            client.head();
            return head;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User",
                "x-forwarded-access-token",
                "X-Forwarded-Groups",
                "X-Forwarded-Scheme",
                "X-Forwarded-Ssl",
                "X-Forwarded-Server",
                "X-Forwarded-By",
                "X_Forwarded_For",
                "X-Forwarded_User",
            })
    void whatAClientSaysOfAHopBeforeItIsDropped(String name) {
        assertThat(forwarded("GET / HTTP/1.1\r\nHost: a\r\n" + name + ": evil\r\n\r\n"))
                .contains("\r\nx-forwarded-for: 127.0.0.1\r\n")
                .doesNotContain("evil");
    }

    @Test
    void trailersSayNothingOfItEither() {
        assertThat(forwarded("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\nX-Sum: 1\r\nX-Forwarded-User: evil\r\nX-Forwarded-Port: evil\r\nCookie: evil\r\n\r\n"))
                .contains("\r\nx-sum: 1\r\n")
                .doesNotContain("evil");
    }

    @Test
    void theTargetsHostWinsOverTheField() {
        assertThat(forwarded("GET http://shop.example:8080/a?b HTTP/1.1\r\nHost: other.example\r\n\r\n"))
                .startsWith("get /a?b http/1.1\r\n")
                .contains("\r\nhost: shop.example:8080\r\n", "\r\nx-forwarded-host: shop.example:8080\r\n")
                .doesNotContain("other.example");
    }

    @ParameterizedTest
    @CsvSource({"a", "a:80", "shop.example", "[::1]", "[::1]:8080", "127.0.0.1:1", "a_b", "a:"})
    void aHostIsANameOrAnAddressAndPerhapsAPort(String host) {
        assertThat(forwarded("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .contains("\r\nhost: " + host + "\r\n", "\r\nx-forwarded-host: " + host + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        ":80",
        "a:b",
        "a:1:2",
        "[::1",
        "::1]",
        "[::1]a",
        "[]",
        "[a.b]",
        "]a[",
        "a:123456",
        "user@a",
        "a[b]",
        "a:80:"
    })
    void anythingElseIsRefusedInTheFieldAndInTheTarget(String host) {
        for (String head : new String[] {
            "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", "GET http://" + host + "/ HTTP/1.1\r\nHost: a\r\n\r\n"
        }) {
            try (RawConnection client = RawConnection.to(gateway.port())) {
                client.send(head);

                assertThat(client.message()).startsWith("HTTP/1.1 400 ").contains("\"code\":\"bad_request\"");
            }
        }
        assertThat(upstream.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "a;b", "a\"b", "a%41", "a'b", "a|b", "a<b>"})
    void aTargetsHostHasNoOtherCharactersThanTheFieldMayHave(String host) {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET http://" + host + "/ HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.message()).startsWith("HTTP/1.1 400 ").contains("\"code\":\"bad_request\"");
        }
    }

    @Test
    void whereTheClientNamesNoHostTheUpstreamIsAskedForItsOwn() {
        assertThat(forwarded("GET / HTTP/1.0\r\n\r\n"))
                .contains("\r\nhost: 127.0.0.1:" + upstream.port() + "\r\n")
                .doesNotContain("x-forwarded-host");
    }

    @Test
    void anHttp10ClientExpectsNothing() { // RFC 9110, 10.1.1
        assertThat(forwarded("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"))
                .startsWith("post / http/1.1\r\n")
                .endsWith("\r\n\r\nok")
                .doesNotContain("expect");
    }

    @Test
    void aBrokenResponseWhoseEndIsTheCloseIsReset() {
        try (RawConnection client = RawConnection.to(gateway.port())) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            RawConnection peer = upstream.accept();
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertThat(client.readUntil("abc")).startsWith("HTTP/1.1 200 OK\r\n");
            peer.close();

            assertThat(client.rest()).isEqualTo("<reset>");
        }
    }
}
