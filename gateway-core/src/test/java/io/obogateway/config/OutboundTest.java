package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.OutboundProxy;
import io.obogateway.oauth.TestPem;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outbound proxy and the certificates that are trusted. */
class OutboundTest {
    @TempDir
    Path folder;

    private static OutboundProxy proxy(GatewayConfig config) {
        return Objects.requireNonNull(config.outboundProxy());
    }

    @Test
    void everythingIsReachedDirectlyAndTrustedAsByTheJvmByDefault() {
        GatewayConfig config = Written.in(folder).load("");

        assertThat(config.outboundProxy()).isNull();
        assertThat(config.trustedCertificates()).isEmpty();
    }

    @Test
    void thePlatformsVariablesMakeAProxy() {
        GatewayConfig config = Written.in(folder)
                .with("HTTPS_PROXY", "http://webproxy.example:8088")
                .with("NO_PROXY", "localhost,*.local,10.0.0.0/8")
                .load("");

        assertThat(proxy(config))
                .isEqualTo(OutboundProxy.parse("http://webproxy.example:8088", "localhost,*.local,10.0.0.0/8"));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_PROXY,  http_proxy,  http_proxy",
        "http_proxy,  HTTPS_PROXY, HTTPS_PROXY",
        "HTTPS_PROXY, https_proxy, https_proxy",
        "https_proxy, HTTP_PROXY,  https_proxy"
    })
    void lowerCaseCountsOverUpperCaseAndHttpsOverHttp(String one, String other, String counts) {
        GatewayConfig config = Written.in(folder)
                .with(one, "http://" + one.replace('_', '-') + ":1")
                .with(other, "http://" + other.replace('_', '-') + ":1")
                .load("");

        assertThat(proxy(config).host()).isEqualTo(counts.replace('_', '-'));
    }

    @Test
    void lowerCaseCountsForExceptionsToo() {
        GatewayConfig config = Written.in(folder)
                .with("http_proxy", "http://p:1")
                .with("NO_PROXY", "upper")
                .with("no_proxy", "lower")
                .load("");

        assertThat(proxy(config).covers("lower", 443)).isFalse();
        assertThat(proxy(config).covers("upper", 443)).isTrue();
    }

    @Test
    void everythingAboutAProxyCanBeSaid() {
        GatewayConfig config =
                Written.in(folder).with("HTTPS_PROXY", "http://other:1").load("""
                gateway.outbound-proxy { url = "http://me:s3cret@proxy:3128", no-proxy = [one.example, "two.example:443"] }
                """);

        assertThat(proxy(config))
                .isEqualTo(OutboundProxy.parse("http://me:s3cret@proxy:3128", "one.example,two.example:443"));
    }

    @Test
    void aPlatformsProxyCanBeLeftAside() {
        Written written = Written.in(folder).with("HTTPS_PROXY", "http://p:1");

        assertThat(written.load("gateway.outbound-proxy.url = null").outboundProxy())
                .isNull();
        assertThat(written.with("https_proxy", "").load("").outboundProxy()).isNull();
    }

    @Test
    void aWrongProxyIsReportedWithoutItsPassword() {
        assertThat(Written.in(folder).problems("gateway.outbound-proxy.url = \"https://me:s3cret@proxy:1\""))
                .containsExactly("gateway.conf:1: gateway.outbound-proxy.url: is no http URL; the gateway speaks to"
                        + " proxies in plain HTTP");
        assertThat(Written.in(folder).with("HTTP_PROXY", "http://me:s3 cret@p").problems(""))
                .containsExactly("reference.conf:N: gateway.outbound-proxy.url: is no URL; write http://host:port (from"
                        + " the environment variable HTTP_PROXY)");
        assertThat(Written.in(folder).problems("gateway.outbound-proxy { url = \"http://me:s3cret@p\" } }"))
                .singleElement()
                .asString()
                .doesNotContain("s3cret");
    }

    @Test
    void certificatesThatAreTrustedAreFiles() throws Exception {
        TestPem pem = TestPem.create(folder, "ca");
        Written written = Written.in(folder)
                .file("ca.pem", pem.certificate())
                .file("two.pem", "# both\n" + pem.certificate() + pem.certificate());

        assertThat(written.load("gateway.trust.ca-file = ca.pem").trustedCertificates())
                .containsExactly(folder.resolve("ca.pem"));
        assertThat(written.load("gateway.trust.ca-file = [ca.pem, two.pem]").trustedCertificates())
                .containsExactly(folder.resolve("ca.pem"), folder.resolve("two.pem"));
    }

    @Test
    void aFileWithoutCertificatesIsReported() throws Exception {
        Written written = Written.in(folder)
                .file("key.pem", TestPem.create(folder, "ca").privateKey())
                .file("empty.pem", "");

        String none = " holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)";
        assertThat(written.problems("gateway.trust.ca-file = [key.pem, empty.pem, gone.pem]"))
                .containsExactly(
                        "gateway.conf:1: gateway.trust.ca-file[0]: the file key.pem" + none,
                        "gateway.conf:1: gateway.trust.ca-file[1]: the file empty.pem" + none,
                        "gateway.conf:1: gateway.trust.ca-file[2]: there is no file gone.pem");
    }

    @Test
    void theTableSaysWhatGoesThroughTheProxyAndWhoIsTrusted() throws Exception {
        GatewayConfig config = Written.in(folder)
                .file("ca.pem", TestPem.create(folder, "ca").certificate())
                .load("""
                        gateway {
                          outbound-proxy { url = "http://me:s3cret@proxy:3128", no-proxy = inside }
                          trust.ca-file = ca.pem
                          route-defaults { grant = anonymous, upstream.use-outbound-proxy = true }
                          routes.a { path = "/a", upstream = "https://outside" }
                          routes.b { path = "/b", upstream = "http://inside" }
                        }""");

        assertThat(RouteTableReport.render(config))
                .contains("https://outside (by the proxy)\n", "http://inside\n")
                .contains("""

                        Outbound proxy: http://***@proxy:3128

                        Trusted beside the JVM's certificates: %s
                        """.formatted(folder.resolve("ca.pem")));
    }
}
