package io.obogateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import io.obogateway.wire.EchoServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebSocket to a service behind TLS. */
class SecureWebSocketTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    @Test
    void aWebSocketGoesOverTlsWhereTheUpstreamIsHttpsAndSoDoesItsEnd() throws Exception {
        KeyStore keys = keys();
        Path pem = folder.resolve("ca.pem");
        Files.writeString(
                pem,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("echo").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SslContext tls = SslContextBuilder.forServer(managers).build();
        try (FakeEntra entra = FakeEntra.start();
                EchoServer echo = new EchoServer(tls);
                GatewayServer gateway = Gateways.start(Gateways.conf(entra, "https://localhost:" + echo.port())
                        + "\ngateway.trust.ca-file = \"" + pem + "\"\ngateway.issuers.entra.clock-skew = 0s\n"
                        + "gateway.routes.people { path = \"/**\" }\n")) {
            Heard heard = new Heard();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header(
                            "Authorization",
                            "Bearer "
                                    + entra.employeeToken()
                                            .expiresIn(Duration.ofSeconds(4))
                                            .issue())
                    .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat"), heard)
                    .join();
            socket.sendText("over TLS", true).join();

            assertThat(heard.text.get(10, TimeUnit.SECONDS)).isEqualTo("over TLS");
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo("1008 token expired");
        }
    }

    private KeyStore keys() throws Exception {
        Path file = folder.resolve("echo.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "echo",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    /** The first text, and the end. */
    private static final class Heard implements WebSocket.Listener {
        final CompletableFuture<String> text = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code + " " + reason);
            return null;
        }
    }
}
