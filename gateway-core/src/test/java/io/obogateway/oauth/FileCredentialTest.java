package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials in real files that change, and what a provider is sent. */
class FileCredentialTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final TokenEndpoint endpoint = new TokenEndpoint();
    private final Fixtures.Time time = new Fixtures.Time();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final TokenExchanger exchanger =
            new TokenExchanger(CacheLimits.DEFAULT, new TokenEndpointBackchannel(), time, scheduler, token -> null);

    private int employees;

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        exchanger.close();
        endpoint.close();
        scheduler.shutdownNow();
    }

    private static FileCredential secretIn(Path file) {
        return FileCredential.of(List.of(new SecretFile(file)), contents -> new ClientSecretPost(contents.get(0)));
    }

    private ExchangeTarget target(ClientAuthentication... credentials) {
        return Fixtures.onBehalfOf(
                new EntraProvider("entra", endpoint.url(), "gateway-id", List.of(credentials), ProviderLimits.DEFAULT));
    }

    /** A token for another employee than before. */
    private Acquired acquire(ExchangeTarget target) throws Exception {
        return exchanger
                .acquire(Fixtures.employee("employee" + employees++), target)
                .get(20, TimeUnit.SECONDS);
    }

    private String sent() {
        String body = endpoint.last().body();
        String secret = body.substring(body.indexOf("client_secret=") + "client_secret=".length());
        return secret.substring(0, secret.indexOf('&'));
    }

    @Test
    void aChangedFileCountsASecondLater() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one\n");
        ExchangeTarget target = target(secretIn(file));
        acquire(target);
        assertThat(sent()).isEqualTo("one");

        Files.writeString(file, "two");
        acquire(target);
        assertThat(sent()).isEqualTo("one");

        time.pass(A_SECOND);
        acquire(target);
        assertThat(sent()).isEqualTo("two");
    }

    @Test
    void aFileThatChangedBeforeTheFirstRequestIsSeen() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        ExchangeTarget target = target(secretIn(file));
        Files.writeString(file, "two");

        acquire(target);
        assertThat(sent()).isEqualTo("two");
    }

    @Test
    void anotherContentOfTheSameLengthAndTimeIsSeen() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        FileTime written = Files.getLastModifiedTime(file);
        ExchangeTarget target = target(secretIn(file));
        acquire(target);

        Files.setLastModifiedTime(Files.writeString(file, "two"), written);
        time.pass(A_SECOND);
        acquire(target);
        assertThat(sent()).isEqualTo("two");
    }

    @Test
    void theSwappedLinkOfAKubernetesSecretIsSeen() throws Exception {
        Path file = Files.createSymbolicLink(folder.resolve("secret"), Path.of("..data", "secret"));
        publish("..one", "one");
        ExchangeTarget target = target(secretIn(file));
        acquire(target);
        assertThat(sent()).isEqualTo("one");

        publish("..two", "two");
        time.pass(A_SECOND);
        acquire(target);
        assertThat(sent()).isEqualTo("two");
    }

    /** As the kubelet does it: a new folder, then the link {@code ..data} put on it in one step. */
    private void publish(String version, String secret) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(version)).resolve("secret"), secret);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void noRequestIsLostWhenTheOldSecretIsRevokedAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        ExchangeTarget target = target(secretIn(file));
        acquire(target);

        Files.writeString(file, "two");
        endpoint.next(TokenEndpoint.error(401, "invalid_client", 7000215));
        acquire(target);
        assertThat(endpoint.count()).isEqualTo(3);
        assertThat(sent()).isEqualTo("two");
        assertThat(exchanger.warnings()).isEmpty();
    }

    @Test
    void aRefusedSecretWhoseFileIsTheSameIsFollowedByTheNextOne() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        ExchangeTarget target = target(secretIn(file), new ClientSecretPost(new Secret("next")));

        endpoint.next(TokenEndpoint.error(401, "invalid_client", 7000215));
        acquire(target);
        assertThat(endpoint.count()).isEqualTo(2);
        assertThat(sent()).isEqualTo("next");
    }

    @Test
    void aRefusedSecretWhoseFileIsTheSameIsNotTriedAgain() {
        ExchangeTarget target = target(secretIn(written("one")));
        endpoint.always(TokenEndpoint.error(401, "invalid_client", 7000215));

        assertThatThrownBy(() -> acquire(target))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.PROVIDER_REJECTED_GATEWAY));
        assertThat(endpoint.count()).isEqualTo(1);
    }

    private Path written(String content) {
        try {
            return Files.writeString(folder.resolve("secret"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theOldSecretServesWhileTheFileIsUselessAndAnOperatorIsTold() throws Exception {
        Path file = written("one");
        ExchangeTarget target = target(secretIn(file));
        acquire(target);

        Files.delete(file);
        time.pass(A_SECOND);
        acquire(target);
        assertThat(sent()).isEqualTo("one");
        assertThat(exchanger.warnings())
                .containsExactly("provider entra: its changed client credential cannot be used, the old one is in use:"
                        + " there is no file " + file);

        written("two");
        time.pass(A_SECOND);
        acquire(target);
        assertThat(sent()).isEqualTo("two");
        assertThat(exchanger.warnings()).isEmpty();
    }

    @Test
    void aCertificateCountsOnceItsKeyIsThereToo() throws Exception {
        TestPem one = TestPem.create(folder, "one");
        TestPem two = TestPem.create(folder, "two");
        Path certificate = Files.writeString(folder.resolve("tls.crt"), one.certificate());
        Path key = Files.writeString(folder.resolve("tls.key"), one.privateKey());
        FileCredential credential = FileCredential.of(
                List.of(new SecretFile(certificate), new SecretFile(key)),
                contents -> PrivateKeyJwt.ofPem(contents.get(0).reveal(), contents.get(1), null));

        Files.writeString(certificate, two.certificate());
        assertThat(refreshed(credential)).isEqualTo(PrivateKeyJwt.ofPem(one.certificate(), secret(one), null));
        assertThat(credential.warning()).contains("the private key does not belong to the certificate");

        Files.writeString(key, two.privateKey());
        assertThat(refreshed(credential)).isEqualTo(PrivateKeyJwt.ofPem(two.certificate(), secret(two), null));
        assertThat(credential.warning()).isNull();
    }

    private ClientAuthentication refreshed(FileCredential credential) throws Exception {
        return credential.refreshed(time, Duration.ZERO).get(20, TimeUnit.SECONDS);
    }

    private static Secret secret(TestPem pem) {
        return new Secret(pem.privateKey());
    }

    @Test
    void whatIsNoSecretIsRefusedWithoutAWordOfIt() throws Exception {
        Path folderItself = folder;
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 'x'});
        Path large = Files.write(folder.resolve("large"), new byte[65 * 1024]);

        assertThatThrownBy(() -> new SecretFile(folderItself).read()).hasMessage("there is no file " + folderItself);
        assertThatThrownBy(() -> new SecretFile(empty).read())
                .hasMessage("the file " + empty + " is empty; it must hold the secret");
        assertThatThrownBy(() -> new SecretFile(binary).read())
                .hasMessage("the file " + binary + " is no text in UTF-8");
        assertThatThrownBy(() -> new SecretFile(large).read())
                .hasMessage("the file " + large + " is larger than a secret can be (65536 bytes)");
    }

    @Test
    void theCredentialDoesNotPrint() {
        assertThat(secretIn(written("one")).toString())
                .contains("secret", "***")
                .doesNotContain("one");
    }
}
