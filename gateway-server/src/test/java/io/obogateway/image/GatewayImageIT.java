package io.obogateway.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.obogateway.http.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** The image that the project's Dockerfile makes of the packaged jar. Needs Docker; without it skipped, and it says so. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GatewayImageIT {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int STOP_SECONDS = 40;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static @Nullable Containers containers;
    private static @Nullable GenericContainer<?> gateway;

    @BeforeAll
    static void startContainers() {
        boolean docker = DockerClientFactory.instance().isDockerAvailable();
        if (!docker) {
            System.err.println("GatewayImageIT is skipped: it builds and runs the image, and no Docker engine answers");
        }
        assumeTrue(docker, "no Docker engine answers");
        Containers started = new Containers();
        containers = started;
        started.start();
        gateway = started.gateway();
        gateway.start();
    }

    @AfterAll
    static void stopContainers() {
        if (gateway != null) {
            gateway.stop();
        }
        if (containers != null) {
            containers.close();
        }
    }

    @Test
    void upstreamGetsAnotherTokenForItselfAndTheSameEmployee() throws Exception {
        String inbound = employeeToken("alice");

        HttpResponse<String> response = send(request("/people/7").header("Authorization", "Bearer " + inbound));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        String outbound = bearerTokenAmong(response.body());
        assertThat(outbound).isNotEqualTo(inbound);
        assertThat(claims(inbound).getAudience()).containsExactly("gateway");
        assertThat(claims(outbound).getAudience()).containsExactly("api://test.hr.people-api");
        assertThat(claims(outbound).getSubject())
                .isEqualTo(claims(inbound).getSubject())
                .isEqualTo("alice");
        assertThat(claims(outbound).getClaim("oid")).isEqualTo("oid of alice");
    }

    @Test
    void requestWithoutTokenIsRefused() throws Exception {
        HttpResponse<String> response = send(request("/people/7"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body()).contains("\"token_missing\"");
    }

    @Test
    void sigtermEndsItWithExitCodeZero() {
        try (GenericContainer<?> stopped = started().plainGateway()) {
            stopped.start();

            stopped.getDockerClient()
                    .stopContainerCmd(stopped.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();

            assertThat(stopped.getCurrentContainerInfo().getState().getExitCodeLong())
                    .as(stopped.getLogs())
                    .isZero();
        }
    }

    @Test
    void itDoesNotRunAsRoot() throws Exception {
        assertThat(running().execInContainer("id", "-u").getStdout().strip()).isEqualTo("65532");
    }

    /** As an employee's application gets it. */
    private static String employeeToken(String name) throws Exception {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create(started().issuer() + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=password&client_id=portal&client_secret=x&password=x&username=" + name)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return (String) requireNonNull(Json.object(response.body()).get("access_token"));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://" + running().getHost() + ":" + running().getMappedPort(Containers.CLIENTS) + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.timeout(ANSWER).build(), BodyHandlers.ofString());
    }

    private static String bearerTokenAmong(String fields) {
        String begin = "Authorization: Bearer ";
        assertThat(fields.lines().filter(line -> line.startsWith("Authorization: ")))
                .singleElement()
                .asString()
                .startsWith(begin);
        return fields.lines()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow()
                .substring(begin.length());
    }

    private static JWTClaimsSet claims(String token) throws ParseException {
        return SignedJWT.parse(token).getJWTClaimsSet();
    }

    private static Containers started() {
        return requireNonNull(containers);
    }

    private static GenericContainer<?> running() {
        return requireNonNull(gateway);
    }
}
