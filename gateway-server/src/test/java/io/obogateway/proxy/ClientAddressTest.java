package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.obogateway.http.AddressBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static final TrustedProxies PROXIES = new TrustedProxies(Stream.of("10.0.0.0/8", "2001:db8:1::/48")
            .map(AddressBlock::parse)
            .map(Objects::requireNonNull)
            .toList());

    private static Hop from(String peer) {
        try {
            return Hop.of(new InetSocketAddress(InetAddress.getByName(peer), 4711), "http", PROXIES);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static String client(String peer, String name, String value) {
        HttpHeaders headers = new DefaultHttpHeaders();
        List.of(value.split("\\|")).forEach(each -> headers.add(name, each));
        return ClientAddress.of(headers, from(peer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "203.0.113.9; 203.0.113.9",
                "6.6.6.6, 203.0.113.9; 203.0.113.9",
                "6.6.6.6, 203.0.113.9, 10.0.0.2; 203.0.113.9",
                "6.6.6.6|203.0.113.9|10.0.0.2, 10.0.0.3; 203.0.113.9",
                "6.6.6.6, 203.0.113.9:4711, 10.0.0.2:80; 203.0.113.9",
                "203.0.113.9, 2001:db8:1::7; 203.0.113.9",
                "203.0.113.9, [2001:db8:1::7]:80; 203.0.113.9",
                "::ffff:203.0.113.9; 203.0.113.9",
                "2001:DB8::7; 2001:db8:0:0:0:0:0:7",
                "10.0.0.7, 10.0.0.2; 10.0.0.7",
                "203.0.113.9, unknown, 10.0.0.2; 10.0.0.2",
                "203.0.113.9, _hidden; 10.0.0.1",
                "203.0.113.9, fe80::1%eth0; 10.0.0.1",
                "203.0.113.9, [; 10.0.0.1",
                "203.0.113.9, ,,; 203.0.113.9",
                ",; 10.0.0.1",
            })
    void clientIsTheFirstWhoIsNotTrustedFromTheRight(String chain, String client) {
        assertThat(client("10.0.0.1", "X-Forwarded-For", chain)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "'for=6.6.6.6, for=203.0.113.9'; 203.0.113.9",
                "'for=6.6.6.6, For=\"203.0.113.9:47011\";proto=https;by=10.0.0.9, for=10.0.0.2'; 203.0.113.9",
                "'for=203.0.113.9|for=\"[2001:db8:1::7]:80\"'; 203.0.113.9",
                "'for=203.0.113.9, proto=https'; 203.0.113.9",
                "'for=203.0.113.9, for=\"'; 10.0.0.1",
                "'for=203.0.113.9, for=unknown'; 10.0.0.1",
            })
    void forwardedSaysItWhereThereIsNoOther(String chain, String client) {
        assertThat(client("10.0.0.1", "Forwarded", chain)).isEqualTo(client);
    }

    @Test
    void xForwardedForWins() {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.add("Forwarded", "for=6.6.6.6").add("X-Forwarded-For", "203.0.113.9");

        assertThat(ClientAddress.of(headers, from("10.0.0.1"))).isEqualTo("203.0.113.9");
    }

    @Test
    void whoIsNotTrustedIsTheClient() {
        assertThat(client("203.0.113.1", "X-Forwarded-For", "10.0.0.1")).isEqualTo("203.0.113.1");
        assertThat(client("2001:db8::1", "Forwarded", "for=10.0.0.1")).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(Hop.of(null, "http", PROXIES).trusted()).isNull();
    }
}
