package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real proxy between the gateway and its identity provider. Loopback is never behind a proxy, so the provider is
 * reached at another address of this machine; where it has none, or no {@code tinyproxy}, nothing is tested.
 */
@NullUnmarked // the fields are filled before each test
class TinyproxyTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    private FakeEntra entra;
    private DownstreamApi api;
    private Tinyproxy proxy;
    private Relay plain;
    private Relay tls;
    private Relay plainApi;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Tinyproxy.isInstalled(), "tinyproxy is not installed (Debian: apt-get install tinyproxy-bin)");
        InetAddress address = otherThanLoopback();
        assumeTrue(address != null, "this machine has no address but loopback");
        entra = FakeEntra.start();
        api = new DownstreamApi();
        proxy = Tinyproxy.start(folder);
        plain = new Relay(ServerSocketFactory.getDefault(), address, entra.port());
        tls = new Relay(tlsSockets(address), address, entra.port());
        plainApi = new Relay(ServerSocketFactory.getDefault(), address, api.port());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {plainApi, tls, plain, proxy, api, entra}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static InetAddress otherThanLoopback() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }

    /** Those of a server with a certificate for the address, which goes to {@code ca.pem}. */
    private ServerSocketFactory tlsSockets(InetAddress address)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("server.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=provider",
                        "-ext",
                        "SAN=IP:" + address.getHostAddress(),
                        "-alias",
                        "server",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        Files.writeString(
                folder.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("server").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    /** A gateway whose provider has this address, and whose issuer has that one. */
    private GatewayServer gateway(String credentials, String issuer, String provider) {
        return Gateways.start("""
                gateway {
                  allow-insecure-http = true
                  trust.ca-file = "%s"
                  outbound-proxy { url = "http://%s@127.0.0.1:%d", no-proxy = "nobody.example" }
                  issuers.entra { issuer = "%s", jwks-url = "%s/%s/discovery/v2.0/keys", audiences = ["%s"] }
                  providers.entra {
                    type = entra, token-url = "%s/%s/oauth2/v2.0/token", client-id = "%s", client-secret = "%s"
                  }
                  routes.people { path = "/people/**", upstream = "%s", scope = "api://people/.default" }
                  routes.outside {
                    path = "/outside/**", scope = "api://people/.default"
                    upstream { url = "http://%s", use-outbound-proxy = true }
                  }
                }
                """.formatted(
                        folder.resolve("ca.pem"),
                        credentials,
                        proxy.port(),
                        entra.issuer(),
                        issuer,
                        entra.tenantId(),
                        entra.clientId(),
                        provider,
                        entra.tenantId(),
                        entra.clientId(),
                        entra.clientSecret(),
                        api.url(),
                        plainApi.authority()));
    }

    private HttpResponse<String> get(GatewayServer gateway, String path) {
        return new Caller(gateway.port())
                .get(path, entra.employeeToken().employee("Ada").issue());
    }

    @Test
    void anHttpsProviderIsReachedThroughATunnel() {
        String url = "https://" + tls.authority();
        try (GatewayServer gateway = gateway("gate%77ay:s3cret", url, url)) {
            assertThat(get(gateway, "/people/").body()).contains("\"name\":\"Ada\"");
        }
        assertThat(proxy.requests())
                .isNotEmpty() // the token request may find the connection of the key fetch
                .containsOnly("CONNECT " + tls.authority() + " HTTP/1.1");
        assertThat(entra.exchangeCount()).isEqualTo(1);
    }

    @Test
    void anHttpProviderIsAskedForInAbsoluteForm() {
        String url = "http://" + plain.authority();
        try (GatewayServer gateway = gateway("gateway:s3cret", url, url)) {
            assertThat(get(gateway, "/people/").body()).contains("\"name\":\"Ada\"");
        }
        assertThat(proxy.requests())
                .containsExactly(
                        "GET " + url + "/" + entra.tenantId() + "/discovery/v2.0/keys HTTP/1.1",
                        "POST " + url + "/" + entra.tenantId() + "/oauth2/v2.0/token HTTP/1.1");
        assertThat(entra.tokenRequests().get(0).header("proxy-authorization")).isNull();
    }

    @Test
    void anUpstreamThatAsksForItIsReachedThroughItToo() {
        String direct = "http://127.0.0.1:" + entra.port();
        try (GatewayServer gateway = gateway("gateway:s3cret", direct, direct)) {
            assertThat(get(gateway, "/people/").body()).contains("\"name\":\"Ada\"");
            assertThat(proxy.requests()).isEmpty();

            assertThat(get(gateway, "/outside/x?y").body()).contains("\"name\":\"Ada\"");
        }
        assertThat(proxy.requests()).containsExactly("GET http://" + plainApi.authority() + "/outside/x?y HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({"http, gateway:guessed", "https, gateway:guessed", "http, gateway", "https, gateway"})
    void wrongCredentialsAreSaidToBeWrong(String scheme, String credentials) {
        String url = scheme + "://" + (scheme.equals("http") ? plain : tls).authority();
        try (GatewayServer gateway = gateway(credentials, "http://127.0.0.1:" + entra.port(), url)) {
            HttpResponse<String> response = get(gateway, "/people/");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body())
                    .contains("\"code\":\"provider_unavailable\"")
                    .contains("The outbound proxy in front of the provider entra does not accept the gateway's"
                            + " credentials")
                    .doesNotContain("guessed");
        }
        assertThat(proxy.requests()).hasSize(1);
        assertThat(entra.tokenRequests()).isEmpty();
        assertThat(api.credentials()).isEmpty();
    }
}
