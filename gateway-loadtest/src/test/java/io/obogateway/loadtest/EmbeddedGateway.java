package io.obogateway.loadtest;

import io.obogateway.config.ConfigLoader;
import io.obogateway.config.GatewayConfig;
import io.obogateway.config.InvalidConfigException;
import io.obogateway.fakeentra.Answer;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway with an identity provider and an API around it, all in this JVM, talking real HTTP on loopback. */
final class EmbeddedGateway implements AutoCloseable {
    /** What the route's scope names, and so whom an exchanged token is for. */
    static final String AUDIENCE = "api://load.hr.people-api";

    /** Between the provider's reading a token request and its answer; a real one takes longer. */
    private static final Duration EXCHANGE = Duration.ofMillis(50);

    private final FakeEntra entra;
    private final PeopleApi api;
    private final GatewayServer server;
    private final AtomicInteger employees = new AtomicInteger();

    private EmbeddedGateway(FakeEntra entra, PeopleApi api, GatewayServer server) {
        this.entra = entra;
        this.api = api;
        this.server = server;
    }

    static EmbeddedGateway start() {
        FakeEntra entra = FakeEntra.start();
        entra.whenAny().answer(Answer.success().delayed(EXCHANGE));
        PeopleApi api = PeopleApi.start();
        try {
            return new EmbeddedGateway(
                    entra, api, GatewayServer.start(config(entra, api), OutputStream.nullOutputStream(), false));
        } catch (IOException e) {
            throw new IllegalStateException("the gateway under load did not start", e);
        }
    }

    /** As on a platform: all but the routes comes from the environment. */
    private static GatewayConfig config(FakeEntra entra, PeopleApi api) {
        Map<String, String> environment = Map.of(
                "AZURE_APP_WELL_KNOWN_URL", entra.discoveryUrl(),
                "AZURE_OPENID_CONFIG_TOKEN_ENDPOINT", entra.tokenUrl(),
                "AZURE_APP_CLIENT_ID", entra.clientId(),
                "AZURE_APP_CLIENT_SECRET", entra.clientSecret(),
                "PEOPLE_URL", api.url());
        try {
            URL file = Objects.requireNonNull(EmbeddedGateway.class.getResource("gateway.conf"));
            return ConfigLoader.load(List.of(Path.of(file.toURI())), environment);
        } catch (InvalidConfigException | URISyntaxException e) {
            throw new IllegalStateException("the configuration of the gateway under load", e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** One more employee, with a token that the gateway has not seen: {@code token}, and the {@code oid} that is in it. */
    Map<String, Object> employee() {
        String oid = "00000000-0000-4000-8000-%012d".formatted(employees.incrementAndGet());
        return Map.of("oid", oid, "token", entra.employeeToken().oid(oid).issue());
    }

    /** How many there are. */
    int employees() {
        return employees.get();
    }

    /** Token requests that the provider was sent. */
    int exchanges() {
        return entra.exchangeCount();
    }

    @Override
    public void close() {
        server.close();
        api.close();
        entra.close();
    }
}
