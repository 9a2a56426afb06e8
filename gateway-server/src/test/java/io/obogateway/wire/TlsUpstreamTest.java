package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.obogateway.route.Route;
import io.obogateway.route.UpstreamTls;
import io.obogateway.server.GatewayServer;
import io.obogateway.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Upstreams over TLS: who is believed, who the gateway says it is, and which connections are shared. */
@ParameterizedClass
@EnumSource(TlsProvider.class)
@NullUnmarked // each test starts what it needs
class TlsUpstreamTest {
    private static final Pki PKI = new Pki();
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TlsProvider provider;

    @TempDir
    Path folder;

    private Path ca;
    private RawUpstream upstream;
    private GatewayServer gateway;
    private RawConnection client;

    TlsUpstreamTest(TlsProvider provider) {
        this.provider = provider;
    }

    @BeforeEach
    void start() {
        assumeTrue(provider.available());
        ca = PKI.caFile(folder);
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            client.close();
            gateway.close();
        }
        upstream.close();
    }

    private void start(SSLServerSocket listening, Route... routes) {
        upstream = new RawUpstream(listening);
        gateway = TestGateway.secure(provider, null, LONG, List.of(routes));
        client = RawConnection.to(gateway.port());
    }

    private static String url(ServerSocket listening, String host) {
        return "https://" + host + ":" + listening.getLocalPort();
    }

    private Route trusting(String name, ServerSocket listening) {
        return TestGateway.route(name, url(listening, "localhost"), new UpstreamTls(ca, null, null, null));
    }

    private RawConnection request(String route) {
        client.send("GET /" + route + "/x HTTP/1.1\r\nHost: a\r\n\r\n");
        return upstream.accept();
    }

    private void answer(RawConnection peer) {
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(client.message()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
    }

    /** What the client gets when the upstream is refused, and the one line that says why. */
    private String refused(String route) {
        try (LogLines log = new LogLines()) {
            client.send("GET /" + route + "/x HTTP/1.1\r\nHost: a\r\n\r\n");
            RawConnection peer = upstream.accept();
            Thread handshake = new Thread(() -> {
                try {
                    peer.rest();
                } catch (AssertionError open) {
                    // the test sees by the gateway's answer
                }
            });
            handshake.start();
            assertThat(client.message()).startsWith("HTTP/1.1 503 ").contains("\"upstream_unavailable\"");
            assertThat(log.warnings()).hasSize(1);
            return log.warnings().get(0);
        }
    }

    @Test
    void aPrivateAuthorityIsTrustedAndTheHostAskedFor() throws IOException {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "localhost"));
        start(listening, trusting("people", listening));

        RawConnection peer = request("people");
        answer(peer);

        assertThat(serverNames(peer)).containsExactly("localhost");
    }

    @Test
    void anAddressIsVerifiedAndNotAskedForByName() throws IOException {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "127.0.0.1"));
        start(
                listening,
                TestGateway.route("people", url(listening, "127.0.0.1"), new UpstreamTls(ca, null, null, null)));

        RawConnection peer = request("people");
        answer(peer);

        assertThat(serverNames(peer)).isEmpty();
    }

    @Test
    void aServerNameIsAskedForAndVerifiedInsteadOfTheHost() throws IOException {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "people.example"));
        start(
                listening,
                TestGateway.route(
                        "people", url(listening, "localhost"), new UpstreamTls(ca, null, null, "people.example")),
                TestGateway.route(
                        "other", url(listening, "localhost"), new UpstreamTls(ca, null, null, "other.example")));

        RawConnection peer = request("people");
        answer(peer);

        assertThat(serverNames(peer)).containsExactly("people.example");
        assertThat(refused("other")).contains("as other.example");
    }

    @Test
    void anotherNamesCertificateIsRefused() {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "people.example"));
        start(listening, trusting("people", listening));

        assertThat(refused("people"))
                .startsWith("route people: its upstream https://localhost:" + listening.getLocalPort() + " failed:")
                .contains("no TLS with localhost:" + listening.getLocalPort() + " as localhost: ")
                .containsIgnoringCase("no subject alternative DNS name matching localhost");
    }

    @Test
    void anUnknownAuthorityIsRefused() {
        SSLServerSocket listening = new Pki().listen(new Pki().issue("people", "localhost"));
        start(listening, trusting("people", listening));

        assertThat(refused("people")).contains("no TLS with localhost").contains("path");
    }

    @Test
    void withoutItsOwnFileAnUpstreamIsJudgedByTheJvmsAuthorities() {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "localhost"));
        start(listening, TestGateway.patientRoute(url(listening, "localhost")));

        assertThat(refused("people")).contains("no TLS with localhost");
    }

    @Test
    void theGatewayShowsItsCertificateAndConnectionsAreNotSharedWithWhoDoesNot() throws IOException {
        Pki.write(folder, PKI.issue("gateway"));
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "localhost"));
        listening.setWantClientAuth(true);
        start(listening, showing("shown", listening), trusting("hidden", listening));

        RawConnection shown = request("shown");
        answer(shown);
        RawConnection hidden = request("hidden");
        answer(hidden);

        assertThat(principal(shown)).isEqualTo("CN=gateway");
        assertThat(principal(hidden)).isEmpty();
        client.send("GET /shown/x HTTP/1.1\r\nHost: a\r\n\r\n");
        answer(shown);
    }

    @Test
    void anUpstreamThatWantsACertificateAndGetsNoneIsNoUpstream() {
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "localhost"));
        listening.setNeedClientAuth(true);
        start(listening, trusting("people", listening));

        RawConnection peer = request("people");
        peer.rest();

        assertThat(client.message()).containsPattern("^HTTP/1.1 50[23] ");
    }

    @Test
    void aChangedCertificateIsShownOnNewConnections() throws IOException {
        Pki.write(folder, PKI.issue("gateway 1"));
        SSLServerSocket listening = PKI.listen(PKI.issue("people", "localhost"));
        listening.setNeedClientAuth(true);
        start(listening, showing("people", listening));
        RawConnection first = request("people");
        answer(first);

        Pki.write(folder, PKI.issue("gateway 2"));
        gateway.checkTlsFiles();
        first.close();
        RawConnection second = request("people");
        answer(second);

        assertThat(principal(first)).isEqualTo("CN=gateway 1");
        assertThat(principal(second)).isEqualTo("CN=gateway 2");
    }

    private Route showing(String name, ServerSocket listening) {
        return TestGateway.route(
                name,
                url(listening, "localhost"),
                new UpstreamTls(ca, folder.resolve("tls.crt"), folder.resolve("tls.key"), null));
    }

    @Test
    void filesThatCannotBeUsedEndTheStart() throws IOException {
        upstream = new RawUpstream();
        Files.delete(ca);
        Route route = TestGateway.route("people", "https://localhost:1", new UpstreamTls(ca, null, null, null));

        assertThatThrownBy(() -> TestGateway.secure(provider, null, LONG, List.of(route)))
                .hasMessageContaining("TLS towards upstreams: there is no file " + ca);
    }

    @Test
    void megabytesPassBothWays() {
        SSLServerSocket listening = PKI.listen(PKI.issue(CertificateBuilder.Algorithm.rsa2048, "people", "localhost"));
        start(listening, trusting("people", listening));
        String megabyte = "0123456789abcdef".repeat(64 * 1024);
        Thread sender = new Thread(() -> client.send(
                "POST /people/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + megabyte.length() + "\r\n\r\n" + megabyte));
        sender.start();

        RawConnection peer = upstream.accept();
        assertThat(peer.message().toLowerCase(Locale.ROOT)).endsWith(megabyte);
        Thread answering = new Thread(
                () -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + megabyte.length() + "\r\n\r\n" + megabyte));
        answering.start();

        assertThat(client.message()).endsWith(megabyte);
    }

    @Test
    void aResponseEndsWithItsConnectionOnlyIfTlsSaysSo() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            upstream = new RawUpstream();
            gateway = TestGateway.secure(provider, null, LONG, List.of(trusting("people", listening)));
            client = RawConnection.to(gateway.port());
            X509Bundle own = PKI.issue("people", "localhost");

            respond(asked(listening), own).close();
            assertThat(client.message()).endsWith("0\r\n\r\n");

            try (Socket plain = asked(listening);
                    SSLSocket cutOff = respond(plain, own)) {
                plain.shutdownOutput();
                assertThat(client.rest())
                        .startsWith("HTTP/1.1 200 OK")
                        .contains("abc")
                        .doesNotContain("0\r\n\r\n");
                assertThat(cutOff.isConnected()).isTrue();
            }
        }
    }

    private Socket asked(ServerSocket listening) throws IOException {
        client.send("GET /people/x HTTP/1.1\r\nHost: a\r\n\r\n");
        return listening.accept();
    }

    /** Answers with content that ends with the connection. */
    private SSLSocket respond(Socket plain, X509Bundle own) throws IOException {
        SSLSocket socket = (SSLSocket) PKI.context(own).getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        RawConnection peer = new RawConnection(socket);
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\n\r\nabc");
        return socket;
    }

    private static List<String> serverNames(RawConnection peer) {
        return ((ExtendedSSLSession) ((SSLSocket) peer.socket()).getSession())
                .getRequestedServerNames().stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .toList();
    }

    private static String principal(RawConnection peer) throws IOException {
        try {
            return ((SSLSocket) peer.socket()).getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException none) {
            return "";
        }
    }
}
