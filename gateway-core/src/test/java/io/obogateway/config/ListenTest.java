package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.obogateway.http.AddressBlock;
import io.obogateway.oauth.TestPem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is spoken with clients, and who is believed about them. */
class ListenTest {
    private static TestPem rsa;
    private static TestPem ec;
    private static TestPem eddsa;

    @TempDir
    Path folder;

    private Written written;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        rsa = TestPem.create(folder, "rsa");
        ec = TestPem.create(folder, "ec", "-keyalg", "EC", "-groupname", "secp256r1");
        eddsa = TestPem.create(folder, "eddsa", "-keyalg", "Ed25519");
    }

    @BeforeEach
    void writeKeys() {
        written = Written.in(folder)
                .file("tls.crt", rsa.certificate())
                .file("tls.key", rsa.privateKey())
                .file("ca.crt", ec.certificate() + rsa.certificate());
    }

    @Test
    void clientsSpeakPlainTextAndEitherVersionAndNobodyIsBelievedByDefault() {
        GatewayConfig.Listen listen = written.load("").listen();

        assertThat(listen.tls()).isNull();
        assertThat(listen.http2()).isTrue();
        assertThat(listen.trustedProxies()).isEmpty();
    }

    @Test
    void everythingAboutTheListenerCanBeSaid() {
        GatewayConfig.Listen listen = written.load("""
                        gateway.listen {
                          host = "127.0.0.1", port = 0
                          tls { certificate-file = tls.crt, private-key-file = tls.key, client-ca-file = ca.crt, client-auth = optional }
                          http2 = false
                          trusted-proxies = ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]
                        }""").listen();

        assertThat(listen)
                .isEqualTo(new GatewayConfig.Listen(
                        "127.0.0.1",
                        0,
                        new GatewayConfig.ListenTls(
                                folder.resolve("tls.crt"),
                                folder.resolve("tls.key"),
                                folder.resolve("ca.crt"),
                                GatewayConfig.ClientAuth.OPTIONAL),
                        false,
                        List.of(block("10.0.0.0/8"), block("2001:db8::/32"), block("192.0.2.7/32"))));
    }

    private static AddressBlock block(String text) {
        return Objects.requireNonNull(AddressBlock.parse(text));
    }

    @Test
    void clientsShowNoCertificateUnlessAsked() {
        GatewayConfig.ListenTls tls = written.load(tls("")).listen().tls();

        assertThat(tls)
                .isEqualTo(new GatewayConfig.ListenTls(
                        folder.resolve("tls.crt"), folder.resolve("tls.key"), null, GatewayConfig.ClientAuth.NONE));
        assertThat(written.load(tls("client-ca-file = ca.crt, client-auth = required"))
                        .listen()
                        .tls())
                .extracting(GatewayConfig.ListenTls::clientAuth)
                .isEqualTo(GatewayConfig.ClientAuth.REQUIRED);
    }

    private static String tls(String more) {
        return "gateway.listen.tls { certificate-file = tls.crt, private-key-file = tls.key, " + more + " }";
    }

    @Test
    void tlsCanBeTakenAwayByALaterFile() {
        assertThat(written.load(tls("") + "\ngateway.listen.tls = null")
                        .listen()
                        .tls())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "eddsa"})
    void aKeyIsOfAnyKindThatTlsHas(String kind) {
        TestPem pem = pem(kind);
        written.file("tls.crt", pem.certificate()).file("tls.key", pem.privateKey());

        assertThat(written.load(tls("")).listen().tls()).isNotNull();
    }

    private static TestPem pem(String kind) {
        return switch (kind) {
            case "ec" -> ec;
            case "eddsa" -> eddsa;
            default -> rsa;
        };
    }

    @Test
    void aChainBeginsWithTheGatewaysOwnCertificate() {
        written.file("tls.crt", rsa.certificate() + ec.certificate());
        assertThat(written.problems(tls(""))).isEmpty();

        written.file("tls.crt", ec.certificate() + rsa.certificate());
        assertThat(written.problems(tls("")))
                .containsExactly(
                        "gateway.conf:1: gateway.listen.tls.private-key-file: the key in tls.key does not belong"
                                + " to the first certificate in tls.crt; the gateway's own certificate comes first, those of its"
                                + " issuers after it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aKeyOfAnotherCertificateIsRefused(String kind) throws Exception {
        KeyPair other = KeyPairGenerator.getInstance(kind).generateKeyPair();
        TestPem pem = pem(kind.equals("Ed25519") ? "eddsa" : kind.toLowerCase(Locale.ROOT));
        written.file("tls.crt", pem.certificate())
                .file(
                        "tls.key",
                        "-----BEGIN PRIVATE KEY-----\n"
                                + Base64.getMimeEncoder()
                                        .encodeToString(other.getPrivate().getEncoded())
                                + "\n-----END PRIVATE KEY-----\n");

        assertThat(written.problems(tls("")))
                .singleElement()
                .asString()
                .contains("tls.private-key-file: the key in tls.key does not belong");
    }

    static Stream<Arguments> filesAreLookedInto() {
        return Stream.of(
                arguments("certificate-file = gone", "certificate-file: there is no file gone"),
                arguments("certificate-file = \".\"", "certificate-file: there is no file ."),
                arguments(
                        "certificate-file = tls.key",
                        "certificate-file: the file tls.key holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)"),
                arguments(
                        "certificate-file = broken.crt",
                        "certificate-file: the file broken.crt holds something that is no certificate; there must be nothing but certificates in it, as PEM"),
                arguments("private-key-file = gone", "private-key-file: there is no file gone"),
                arguments(
                        "private-key-file = tls.crt",
                        "private-key-file: the file tls.crt holds no key; it must be PEM, unencrypted, in PKCS #8 (-----BEGIN PRIVATE KEY-----)"),
                arguments(
                        "private-key-file = old.key",
                        "private-key-file: the file old.key holds a key that is encrypted or not in PKCS #8; let openssl pkcs8 -topk8 -nodes make it -----BEGIN PRIVATE KEY-----"),
                arguments(
                        "private-key-file = broken.key",
                        "private-key-file: the file broken.key holds a key that cannot be used; it must be RSA, EC or EdDSA, in PKCS #8 (-----BEGIN PRIVATE KEY-----)"),
                arguments(
                        "client-auth = required, client-ca-file = tls.key",
                        "client-ca-file: the file tls.key holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)"));
    }

    @ParameterizedTest
    @MethodSource
    void filesAreLookedInto(String inTls, String problem) {
        written.file("broken.crt", "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n")
                .file("broken.key", "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n")
                .file("old.key", "-----BEGIN RSA PRIVATE KEY-----\naGVsbG8=\n-----END RSA PRIVATE KEY-----\n");

        assertThat(written.problems(tls(inTls))).containsExactly("gateway.conf:1: gateway.listen.tls." + problem);
    }

    static Stream<Arguments> whatGoesTogetherStandsTogether() {
        return Stream.of(
                arguments(
                        "tls { }",
                        "tls.certificate-file: has no value; it must be the file with the gateway's certificate"),
                arguments("tls = on", "tls: must be a block { … }, not \"on\""),
                arguments(
                        "tls { certificate-file = tls.crt }",
                        "tls.certificate-file: needs private-key-file beside it, the file with its key"),
                arguments(
                        "tls { private-key-file = tls.key }",
                        "tls.private-key-file: needs certificate-file beside it, the file with its certificate"),
                arguments(
                        "tls { certificate-file = tls.crt, private-key-file = tls.key, client-auth = required }",
                        "tls.client-ca-file: has no value; client-auth = required needs it: the file with the certificates that may have signed the clients'"),
                arguments(
                        "tls { certificate-file = tls.crt, private-key-file = tls.key, client-ca-file = ca.crt }",
                        "tls.client-ca-file: does nothing while client-auth is none; set that to optional or required, or remove this"),
                arguments(
                        "tls { certificate-file = tls.crt, private-key-file = tls.key, client-auth = maybe }",
                        "tls.client-auth: must be none, optional or required, not \"maybe\""),
                arguments(
                        "tls { certificate-file = tls.crt, private-key-file = tls.key, ca-file = ca.crt }",
                        "tls.ca-file: unknown key; known: certificate-file, client-auth, client-ca-file, private-key-file"),
                arguments("http2 = sometimes", "http2: must be true or false, not \"sometimes\""),
                arguments(
                        "trusted-proxies = \"10.0.0.0/8\"",
                        "trusted-proxies: must be a list, such as [\"a\", \"b\"], not \"10.0.0.0/8\""),
                arguments(
                        "trusted-proxies = [\"10.0.0.1\", lb.example]",
                        "trusted-proxies[1]: must be a block of addresses, such as \"10.0.0.0/8\" or \"2001:db8::/32\", or one address, not \"lb.example\""),
                arguments(
                        "trusted-proxies = [\"10.0.0.0/33\"]",
                        "trusted-proxies[0]: must be a block of addresses, such as \"10.0.0.0/8\" or \"2001:db8::/32\", or one address, not \"10.0.0.0/33\""));
    }

    @ParameterizedTest
    @MethodSource
    void whatGoesTogetherStandsTogether(String inListen, String problem) {
        assertThat(written.problems("gateway.listen { " + inListen + " }"))
                .containsExactly("gateway.conf:1: gateway.listen." + problem);
    }
}
