package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.obogateway.config.GatewayConfig.ClientAuth;
import io.obogateway.server.GatewayServer;
import io.obogateway.tls.TlsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients over TLS: versions, certificates of both sides, rotation, and who fails at it. */
@ParameterizedClass
@EnumSource(TlsProvider.class)
@NullUnmarked // each test starts what it needs
class TlsListenerTest {
    private static final String AUTHORITY = "Clients' CA";
    private static final Pki PKI = new Pki(AUTHORITY);
    private static final SSLContext CLIENT = PKI.context(null);
    private static final String GET = "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    private final TlsProvider provider;

    @TempDir
    Path folder;

    private RawUpstream upstream;
    private GatewayServer gateway;

    TlsListenerTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeEach
    void start() {
        assumeTrue(provider.available());
        upstream = new RawUpstream();
        PKI.caFile(folder);
        Pki.write(folder, PKI.issue("gateway", "localhost"));
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        upstream.close();
    }

    private void startGateway(ClientAuth clientAuth) {
        gateway = TestGateway.secure(provider, Pki.listenTls(folder, clientAuth), upstream.url());
    }

    private RawConnection connect(SSLContext context) {
        return new RawConnection(Pki.connect(context, gateway.port()));
    }

    /** The request that the upstream gets. */
    private String answered(RawConnection client) {
        client.send(GET);
        RawConnection peer = upstream.accept();
        String request = answer(peer);
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
        return request;
    }

    private static String answer(RawConnection peer) {
        String request = peer.head().toLowerCase(Locale.ROOT);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        return request;
    }

    @Test
    void aCertificateThatHasExpiredIsWarnedOf() throws Exception {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Pki.write(
                folder,
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=late")
                        .setIsCertificateAuthority(true)
                        .notBefore(yesterday.minus(Duration.ofDays(1)))
                        .notAfter(yesterday)
                        .buildSelfSigned());
        try (LogLines log = new LogLines()) {
            startGateway(ClientAuth.NONE);

            assertThat(log.warnings())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("TLS towards clients: CN=late, valid from ")
                            .endsWith("; they will refuse it"));
        }
    }

    @Test
    void bothVersionsAreSpokenAndTheUpstreamLearnsOfHttps() throws IOException {
        startGateway(ClientAuth.NONE);
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            SSLSocket socket = Pki.connect(CLIENT, gateway.port());
            socket.setEnabledProtocols(new String[] {version});
            try (RawConnection client = new RawConnection(socket)) {
                assertThat(answered(client)).contains("\r\nx-forwarded-proto: https\r\n");
                assertThat(answered(client)).contains("\r\nx-forwarded-proto: https\r\n");
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CertificateBuilder.Algorithm.class,
            names = {"rsa2048", "ecp384", "ed25519"})
    void keysOfEachKindServe(CertificateBuilder.Algorithm algorithm) {
        Pki.write(folder, PKI.issue(algorithm, "gateway", "localhost"));
        startGateway(ClientAuth.NONE);
        try (RawConnection client = connect(CLIENT)) {
            answered(client);
        }
    }

    @Test
    void withoutHttp2OnlyHttp11IsAgreedOn() throws IOException {
        startGateway(ClientAuth.NONE);
        try (SSLSocket socket = Pki.connect(CLIENT, gateway.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void cipherSuitesWithoutForwardSecrecyAreRefused() throws IOException {
        Pki.write(folder, PKI.issue(CertificateBuilder.Algorithm.rsa2048, "gateway", "localhost"));
        startGateway(ClientAuth.NONE);
        try (SSLSocket socket = Pki.connect(CLIENT, gateway.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(
                    new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSecondConnectionResumesTheSessionOfTheFirst() throws Exception {
        startGateway(ClientAuth.NONE);
        long[] created = new long[2];
        for (int i = 0; i < created.length; i++) {
            SSLSocket socket = Pki.connect(CLIENT, gateway.port());
            try (RawConnection client = new RawConnection(socket)) {
                answered(client); // TLS 1.3 sends its tickets after the handshake
                created[i] = socket.getSession().getCreationTime();
            }
        }
        assertThat(created[1]).isEqualTo(created[0]);
    }

    @Test
    void megabytesPassBothWays() throws Exception {
        startGateway(ClientAuth.NONE);
        String megabyte = "0123456789abcdef".repeat(64 * 1024);
        HttpClient client = HttpClient.newBuilder()
                .sslContext(CLIENT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + "/up"))
                        .POST(HttpRequest.BodyPublishers.ofString(megabyte))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        RawConnection peer = upstream.accept();
        assertThat(peer.message()).endsWith(megabyte);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + megabyte.length() + "\r\n\r\n" + megabyte);

        assertThat(response.get().body()).isEqualTo(megabyte);
    }

    @Test
    void whoSpeaksPlainHttpIsCutOffWithoutNoise() throws Exception {
        startGateway(ClientAuth.NONE);
        try (LogLines log = new LogLines();
                RawConnection client = RawConnection.to(gateway.port())) {
            assertThat(client.send(GET).rest()).doesNotContain("HTTP/1.1");
            answered(connect(CLIENT));
            assertThat(log.warnings()).isEmpty();
        }
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void whoDoesNotFinishTheHandshakeIsCutOffInTime() {
        gateway = TestGateway.secure(
                provider,
                Pki.listenTls(folder, ClientAuth.NONE),
                TestGateway.SHORT,
                List.of(TestGateway.patientRoute(upstream.url())));
        try (LogLines log = new LogLines();
                RawConnection client = RawConnection.to(gateway.port())) {
            client.send("\u0016\u0003\u0001");
            client.rest();
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void aRequiredClientCertificateIsRequired() {
        startGateway(ClientAuth.REQUIRED);
        try (LogLines log = new LogLines()) {
            refused(PKI.context(null));
            refused(stranger());
            assertThat(log.warnings()).isEmpty();
        }
        try (RawConnection client = connect(PKI.context(PKI.issue("client")))) {
            answered(client);
        }
        assertThat(upstream.waiting()).isZero();
    }

    @Test
    void anOptionalClientCertificateMayBeMissingButNotBeAStrangers() {
        startGateway(ClientAuth.OPTIONAL);
        refused(stranger());
        try (RawConnection client = connect(PKI.context(null))) {
            answered(client);
        }
        try (RawConnection client = connect(PKI.context(PKI.issue("client")))) {
            answered(client);
        }
    }

    /**
     * Trusts the gateway, and shows a certificate of an authority that the gateway does not know, but whose name it asks
     * for: clients keep others to themselves.
     */
    private static SSLContext stranger() {
        X509Bundle foreign = new Pki(AUTHORITY).issue("client");
        return PKI.context(foreign);
    }

    private void refused(SSLContext context) {
        try (RawConnection client = connect(context)) {
            assertThatThrownBy(() -> {
                        client.send(GET);
                        client.head();
                    })
                    .isInstanceOfAny(UncheckedIOException.class, AssertionError.class)
                    .satisfies(failure -> assertThat(failure.getCause()).isNotInstanceOf(SocketTimeoutException.class));
        }
    }

    @Test
    void changedFilesServeNewConnectionsAndLeaveTheOthersAlone() {
        startGateway(ClientAuth.NONE);
        try (RawConnection old = connect(CLIENT)) {
            answered(old);
            X509Bundle next = PKI.issue("gateway 2", "localhost");
            Pki.write(folder, next);

            gateway.checkTlsFiles();

            assertThat(servedSerial()).isEqualTo(next.getCertificate().getSerialNumber());
            answered(old);
        }
    }

    @Test
    void aSwappedFolderIsAChange() throws IOException {
        Path data = folder.resolve("..data");
        Path first = Files.createDirectory(folder.resolve("..1"));
        Path second = Files.createDirectory(folder.resolve("..2"));
        X509Bundle next = PKI.issue("gateway 2", "localhost");
        Pki.write(first, PKI.issue("gateway 1", "localhost"));
        Pki.write(second, next);
        Files.createSymbolicLink(data, Path.of("..1"));
        for (String name : List.of("tls.crt", "tls.key")) {
            Files.delete(folder.resolve(name));
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        startGateway(ClientAuth.NONE);

        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        gateway.checkTlsFiles();

        assertThat(servedSerial()).isEqualTo(next.getCertificate().getSerialNumber());
    }

    @Test
    void halfOfANewPairIsReportedOnceAndTheOldOneServesOn() {
        X509Bundle first = PKI.issue("gateway 1", "localhost");
        X509Bundle next = PKI.issue("gateway 2", "localhost");
        Pki.write(folder, first);
        startGateway(ClientAuth.NONE);
        try (LogLines log = new LogLines()) {
            Pki.write(folder.resolve("tls.crt"), next.getCertificatePathPEM());
            gateway.checkTlsFiles();
            gateway.checkTlsFiles();

            assertThat(servedSerial()).isEqualTo(first.getCertificate().getSerialNumber());
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("TLS towards clients goes on as before", "tls.key is not that of the first certificate");
            Pki.write(folder.resolve("tls.key"), next.getPrivateKeyPEM());
            gateway.checkTlsFiles();
            assertThat(servedSerial()).isEqualTo(next.getCertificate().getSerialNumber());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nMIIB", "nonsense"})
    void brokenFilesDoNotServe(String content) {
        Pki.write(folder.resolve("tls.crt"), content);
        assertThatThrownBy(() -> startGateway(ClientAuth.NONE))
                .hasMessageContaining("TLS towards clients: the file " + folder.resolve("tls.crt"));
    }

    @Test
    void noRequestFailsWhileCertificatesChange() throws Exception {
        startGateway(ClientAuth.NONE);
        Thread answering = new Thread(() -> {
            for (int i = 0; i < 40; i++) {
                answer(upstream.accept());
            }
        });
        answering.start();
        CompletableFuture<?>[] loads = new CompletableFuture<?>[2];
        for (int i = 0; i < loads.length; i++) {
            loads[i] = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 20; n++) {
                    try (RawConnection client = connect(PKI.context(null))) {
                        client.send(GET);
                        assertThat(client.message()).startsWith("HTTP/1.1 200 OK");
                    }
                }
            });
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(loads);
        List<X509Bundle> pairs = List.of(PKI.issue("gateway 1", "localhost"), PKI.issue("gateway 2", "localhost"));
        for (int i = 0; !all.isDone(); i++) {
            Pki.write(folder, pairs.get(i % 2));
            gateway.checkTlsFiles();
            pauseUntil(all);
        }
        all.get();
        answering.join(Duration.ofSeconds(10).toMillis());
    }

    private static void pauseUntil(CompletableFuture<Void> done) throws Exception {
        try {
            done.get(10, TimeUnit.MILLISECONDS);
        } catch (TimeoutException goOn) {
            // the next pair, then
        }
    }

    @Test
    void aResponseThatIsCutOffDoesNotLookComplete() {
        startGateway(ClientAuth.NONE);
        try (RawConnection client = connect(CLIENT)) {
            client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            RawConnection peer = upstream.accept();
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.readUntil("abc");
            peer.close();
            assertThat(client.rest()).isEqualTo("<reset>");
        }
    }

    @Test
    void aClientThatLeavesInOrderEndsItsRequest() throws Exception {
        startGateway(ClientAuth.NONE);
        RawConnection client = connect(CLIENT);
        client.send(GET);
        RawConnection peer = upstream.accept();
        peer.head();
        client.close();
        assertThat(peer.closedByPeer()).isTrue();
    }

    private BigInteger servedSerial() {
        try (SSLSocket socket = Pki.connect(PKI.context(null), gateway.port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        } catch (SSLException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
