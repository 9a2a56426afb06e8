package io.obogateway.config;

import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.EntraProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Configuration files as a test writes them, and what comes of loading them. */
final class Written {
    /** What NAIS sets, the values made up. */
    static final Map<String, String> NAIS = Map.of(
            "AZURE_APP_CLIENT_ID", "60dea49a-255b-48b5-b0c0-0974ac1c0b53",
            "AZURE_APP_CLIENT_SECRET", "first-secret",
            "AZURE_APP_NEXT_CLIENT_SECRET", "second-secret",
            "AZURE_APP_WELL_KNOWN_URL", "https://login.example/t/v2.0/.well-known/openid-configuration",
            "AZURE_OPENID_CONFIG_ISSUER", "https://login.example/t/v2.0",
            "AZURE_OPENID_CONFIG_JWKS_URI", "https://login.example/t/discovery/v2.0/keys",
            "AZURE_OPENID_CONFIG_TOKEN_ENDPOINT", "https://login.example/t/oauth2/v2.0/token",
            "AZURE_APP_PRE_AUTHORIZED_APPS", "[{\"name\":\"dev:hr:web\",\"clientId\":\"web-id\"}]");

    static final String ROUTE = "gateway.routes.r { path = \"/r/**\", upstream = \"http://r\", scope = s }\n";

    private final Path folder;
    private final Map<String, String> environment;

    private Written(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** In a folder of its own, where no variable is set. */
    static Written in(Path folder) {
        return new Written(folder, new HashMap<>());
    }

    static Written onNais(Path folder) {
        return new Written(folder, new HashMap<>(NAIS));
    }

    Written with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Written file(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GatewayConfig load(String content) {
        return file("gateway.conf", content).loadPaths("gateway.conf");
    }

    GatewayConfig loadPaths(String... names) {
        return ConfigLoader.load(paths(names), environment);
    }

    private List<Path> paths(String... names) {
        return List.of(names).stream().map(folder::resolve).toList();
    }

    static Issuer issuer(GatewayConfig config, String name) {
        return Objects.requireNonNull(config.issuers().get(name));
    }

    static EntraProvider provider(GatewayConfig config, String name) {
        return (EntraProvider) Objects.requireNonNull(config.providers().get(name));
    }

    /** The problems as they print, the folder and the lines of {@code reference.conf} left out. */
    List<String> problems(String content) {
        return file("gateway.conf", content).problemsOf("gateway.conf");
    }

    List<String> problemsOf(String... names) {
        try {
            loadPaths(names);
            return List.of();
        } catch (InvalidConfigException e) {
            return printed(e.problems());
        }
    }

    /** Those of a configuration that can be used, as they print. */
    List<String> warningsOf(String... names) {
        return printed(loadPaths(names).warnings());
    }

    List<String> warningsAsOf(Instant time, String... names) {
        return printed(ConfigLoader.load(paths(names), environment, time).warnings());
    }

    private List<String> printed(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString()
                        .replace(folder + "/", "")
                        .replaceAll("reference.conf:[0-9]+:", "reference.conf:N:"))
                .toList();
    }
}
