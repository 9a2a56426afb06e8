package io.obogateway.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The gateway's own image between an identity provider and an API, each a container on one network. */
final class Containers implements AutoCloseable {
    static final int CLIENTS = 8080;
    static final int OPERATORS = 8081;

    private static final DockerImageName MOCK_OAUTH2_SERVER =
            DockerImageName.parse("ghcr.io/navikt/mock-oauth2-server:6.0.2");
    private static final DockerImageName JDK = DockerImageName.parse("eclipse-temurin:25-jdk");
    private static final Duration STARTUP = Duration.ofMinutes(2);

    private final ImageFromDockerfile image = new ImageFromDockerfile().withDockerfile(Path.of("..", "Dockerfile"));
    private final Network network = Network.newNetwork();
    private final GenericContainer<?> identityProvider = new GenericContainer<>(MOCK_OAUTH2_SERVER)
            .withNetwork(network)
            .withNetworkAliases("identity-provider")
            .withExposedPorts(8080)
            .withEnv("JSON_CONFIG_PATH", "/identity-provider.json")
            .withCopyFileToContainer(resource("identity-provider.json"), "/identity-provider.json")
            .waitingFor(answering("/isalive", 8080));
    private final GenericContainer<?> peopleApi = new GenericContainer<>(JDK)
            .withNetwork(network)
            .withNetworkAliases("people-api")
            .withExposedPorts(8080)
            .withCopyFileToContainer(resource("PeopleApi.java"), "/PeopleApi.java")
            .withCommand("java", "/PeopleApi.java")
            .waitingFor(answering("/", 8080));

    void start() {
        identityProvider.start();
        peopleApi.start();
    }

    /** A gateway with a route to the API; not started. All but the route comes from the platform's variables. */
    GenericContainer<?> gateway() {
        return plainGateway()
                .withNetwork(network)
                .withEnv(Map.of(
                        // tokens are asked for from outside the network, and so name the address that has there
                        "AZURE_OPENID_CONFIG_ISSUER", issuer(),
                        "AZURE_OPENID_CONFIG_JWKS_URI", "http://identity-provider:8080/entra/jwks",
                        "AZURE_OPENID_CONFIG_TOKEN_ENDPOINT", "http://identity-provider:8080/entra/token",
                        "AZURE_APP_CLIENT_ID", "gateway",
                        "AZURE_APP_CLIENT_SECRET", "only-a-test-not-a-secret"))
                .withCopyFileToContainer(resource("people.conf"), "/opt/gateway/config/routes/people.conf");
    }

    /** A gateway as the image has it, with nothing said to it; not started. */
    GenericContainer<?> plainGateway() {
        return new GenericContainer<>(image)
                .withExposedPorts(CLIENTS, OPERATORS)
                .waitingFor(answering("/isready", OPERATORS));
    }

    /** Of employees' tokens, as the test sees it. */
    String issuer() {
        return "http://" + identityProvider.getHost() + ":" + identityProvider.getMappedPort(8080) + "/entra";
    }

    private static MountableFile resource(String name) {
        return MountableFile.forClasspathResource("io/obogateway/image/" + name);
    }

    private static WaitStrategy answering(String path, int port) {
        return Wait.forHttp(path).forPort(port).withStartupTimeout(STARTUP);
    }

    @Override
    public void close() {
        peopleApi.stop();
        identityProvider.stop();
        network.close();
        DockerClientFactory.instance()
                .client()
                .removeImageCmd(image.get())
                .withForce(true)
                .exec();
    }
}
