package io.obogateway.exchange;

import io.obogateway.http.Json;
import io.obogateway.http.Json.InvalidJsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real Keycloak in development mode, on a free port of loopback, with the realm {@code employees} and nothing else. */
final class Keycloak implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:\\d+)");
    private static final String REALM = "employees-realm.json";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI realm;

    private Keycloak(Process process, URI realm) {
        this.process = process;
        this.realm = realm;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param home where its distribution is unpacked
     */
    static Keycloak start(Path home) throws IOException {
        Path realms = Files.createDirectories(home.resolve("data/import"));
        try (InputStream realm = Objects.requireNonNull(Keycloak.class.getResourceAsStream(REALM))) {
            Files.write(realms.resolve(REALM), realm.readAllBytes());
        }
        // by the shell, because unpacking does not keep the permission to execute it
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=0",
                "--import-realm");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_APPEND", "-Xmx700m");
        Process process = builder.redirectErrorStream(true).start();
        return new Keycloak(process, URI.create(listening(process) + "/realms/employees/"));
    }

    /** Also reads on afterwards, so that Keycloak never waits for somebody to read. */
    private static String listening(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        StringBuilder log = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            log.append(line).append('\n');
            Matcher found = LISTENING.matcher(line);
            if (found.find()) {
                Thread reader = new Thread(() -> output.lines().forEach(unused -> {}), "keycloak-output");
                reader.setDaemon(true);
                reader.start();
                return found.group(1);
            }
        }
        throw new AssertionError("Keycloak did not start:\n" + log);
    }

    URI discoveryUrl() {
        return realm.resolve(".well-known/openid-configuration");
    }

    URI tokenUrl() {
        return realm.resolve("protocol/openid-connect/token");
    }

    /** What the portal gets for the employee Ada. */
    String employeesToken() {
        return token(Map.of(
                "grant_type", "password", "client_id", "portal", "username", "ada", "password", "not so secret"));
    }

    /** What an application gets for itself. */
    String applicationsToken() {
        return token(Map.of("grant_type", "client_credentials", "client_id", "batch", "client_secret", "batch secret"));
    }

    private String token(Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(tokenUrl())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            String answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            if (Json.object(answer).get("access_token") instanceof String token) {
                return token;
            }
            throw new AssertionError("Keycloak gave no token: " + answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidJsonException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends it with the processes that it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
