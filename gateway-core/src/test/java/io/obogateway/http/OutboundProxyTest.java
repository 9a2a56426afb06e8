package io.obogateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy a URL names, and which destinations go around it. */
class OutboundProxyTest {

    @Test
    void aUrlNamesHostPortAndCredentials() {
        OutboundProxy proxy = OutboundProxy.parse("http://us%40er:p%3Aw@proxy.local:8088", null);

        assertThat(proxy.host()).isEqualTo("proxy.local");
        assertThat(proxy.port()).isEqualTo(8088);
        assertThat(proxy.authorization()).isEqualTo("Basic dXNAZXI6cDp3");
        assertThat(proxy).hasToString("http://***@proxy.local:8088");
    }

    @Test
    void schemeAndPortMayBeLeftOut() {
        OutboundProxy proxy = OutboundProxy.parse("proxy.local", null);

        assertThat(proxy.port()).isEqualTo(80);
        assertThat(proxy.authorization()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://p:secret@x", "http://", "http://p:secret@x y", "http://secret@x/path", "socks5://x"})
    void whatIsNoProxyIsAnErrorThatDoesNotQuoteIt(String url) {
        assertThatThrownBy(() -> OutboundProxy.parse(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "*; anything.example; 443; false",
                "a.example; a.example; 443; false",
                "a.example; b.a.example; 443; false",
                "a.example; ba.example; 443; true",
                ".a.example; b.a.example; 443; false",
                ".a.example; a.example; 443; false",
                "*.a.example; b.a.example; 443; false",
                "A.Example; a.EXAMPLE; 443; false",
                "x, a.example ,y; a.example; 443; false",
                "a.example:8443; a.example; 8443; false",
                "a.example:8443; a.example; 443; true",
                "10.0.0.0/8; 10.1.2.3; 80; false",
                "10.0.0.0/8; 11.1.2.3; 80; true",
                "10.0.0.0/8; 10.evil.example; 80; true",
                "10.1.2.3; 10.1.2.3; 80; false",
                "10.1.2.3:81; 10.1.2.3; 80; true",
                "fd00::/8; fd12::1; 80; false",
                "fd00::/8; [fd12::1]; 80; false",
                "::1; ::1; 80; false",
                "'*.'; a.example; 80; true",
                "'.'; a.example; 80; true",
                "''; a.example; 80; true",
                "10.0.0.0/99; 10.1.2.3; 80; true",
                "''; localhost; 80; false",
                "''; 127.0.0.1; 7164; false",
            })
    void theListSaysWhoGoesAround(String noProxy, String host, int port, boolean covered) {
        assertThat(OutboundProxy.parse("http://p:1", noProxy).covers(host, port))
                .isEqualTo(covered);
    }
}
