package io.obogateway.demo;

import io.obogateway.config.ConfigSource;
import io.obogateway.server.GatewayServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The gateway between an identity provider and a downstream API, all in this JVM, on loopback, talking real HTTP. */
public final class Demo implements AutoCloseable {
    private final IdentityProvider identityProvider;
    private final PeopleApi api;
    private final Path configFile;
    private final GatewayServer gateway;
    private boolean closed;

    private Demo(IdentityProvider identityProvider, PeopleApi api, Path configFile, GatewayServer gateway) {
        this.identityProvider = identityProvider;
        this.api = api;
        this.configFile = configFile;
        this.gateway = gateway;
    }

    /**
     * Starts everything.
     *
     * @param port the gateway's; 0 takes a free one
     * @param exchanges told of every exchange at the identity provider, in words without secrets
     * @throws IOException when the port is taken
     */
    public static Demo start(int port, Consumer<String> exchanges) throws IOException {
        IdentityProvider identityProvider = new IdentityProvider(exchanges);
        PeopleApi api = new PeopleApi(identityProvider.issuer(), identityProvider.jwksUrl());
        Map<String, String> values = new LinkedHashMap<>();
        values.put("port", Integer.toString(port));
        values.put("discovery-url", identityProvider.discoveryUrl());
        values.put("token-url", identityProvider.tokenUrl());
        values.put("client-id", identityProvider.clientId());
        values.put("client-secret", identityProvider.clientSecret());
        values.put("upstream", api.url());
        values.put("scope", PeopleApi.AUDIENCE + "/.default");
        values.put("wants-more", IdentityProvider.WANTS_MORE);
        values.put("throttled", IdentityProvider.THROTTLED);
        Path configFile = ConfigFile.write(values);
        try {
            return new Demo(
                    identityProvider, api, configFile, GatewayServer.start(source(configFile), System.out, true));
        } catch (IOException | RuntimeException e) {
            api.close();
            identityProvider.close();
            throw e;
        }
    }

    /** From the file alone: what the reader's environment says about a platform must not change the demo. */
    private static ConfigSource source(Path file) {
        return new ConfigSource(List.of(file), Map.of());
    }

    /** Where clients connect. */
    public String gatewayUrl() {
        return "http://127.0.0.1:" + gateway.port();
    }

    /**
     * A token of an employee for the gateway.
     *
     * @param life from now; negative: expired so long ago
     */
    public String employeeToken(String name, Duration life) {
        return identityProvider.employeeToken(name, life);
    }

    String issuer() {
        return identityProvider.issuer();
    }

    String apiUrl() {
        return api.url();
    }

    Path configFile() {
        return configFile;
    }

    /** Drains the gateway, then stops the others. Returns when all has ended, also to who comes second. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        gateway.close();
        api.close();
        identityProvider.close();
    }
}
