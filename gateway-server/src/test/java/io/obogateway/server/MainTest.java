package io.obogateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionAndHelpSucceed() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("obo-gateway ");
        assertThat(execute("--help")).isZero();
        assertThat(execute("run", "--help")).isZero();
        assertThat(execute("check", "--help")).isZero();
        assertThat(out.toString())
                .contains("run ")
                .contains("check ")
                .contains("demo ")
                .contains("--config");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void unknownArgumentIsAUsageError() {
        assertThat(execute("--konfig", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--konfig");
    }

    @Test
    void checkPrintsTheRouteTable() throws IOException {
        assertThat(execute("check", "--config", valid("routes.conf", "people"))).isZero();

        assertThat(out.toString()).contains("/people/**");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void badConfigurationListsEveryProblemWithItsPlace() throws IOException {
        String path = file("bad.conf", """
                gateway {
                  listen.port = none
                  routes.people { path = "people" }
                  nonsense = 1
                }
                """);

        for (String command : List.of("check", "run")) {
            err.getBuffer().setLength(0);
            assertThat(execute(command, "--config", path)).isEqualTo(2);
            assertThat(err.toString())
                    .contains(path + ":2: gateway.listen.port: ")
                    .contains(path + ":4: gateway.nonsense: ")
                    .containsPattern("\\d problems in the configuration\n$");
        }
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void configurationComesFromTheEnvironmentUnlessItIsNamed() throws IOException {
        Map<String, String> environment = Map.of(Main.CONFIG_VARIABLE, valid("environment.conf", "from-environment"));

        assertThat(execute(environment, "check")).isZero();
        assertThat(out.toString()).contains("/from-environment/**");
        out.getBuffer().setLength(0);
        assertThat(execute(environment, "check", "--config", valid("named.conf", "named")))
                .isZero();
        assertThat(out.toString()).contains("/named/**").doesNotContain("/from-environment/**");
    }

    @Test
    void severalConfigurationsAreMergedWhereverTheyAreNamed() throws IOException {
        String one = valid("one.conf", "one");
        String two = valid("two.conf", "two");

        assertThat(execute("check", "--config", one, "--config", two)).isZero();
        assertThat(out.toString()).contains("/one/**").contains("/two/**");
        out.getBuffer().setLength(0);
        assertThat(execute("--config", one, "check", "--config", two)).isZero();
        assertThat(out.toString()).contains("/one/**").contains("/two/**");
    }

    @Test
    void withoutACommandItRuns() {
        assertThat(execute("--config", folder.resolve("missing").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("missing");
        assertThat(execute(Map.of(Main.CONFIG_VARIABLE, folder.resolve("absent").toString())))
                .isEqualTo(2);
        assertThat(err.toString()).contains("absent");
    }

    @Test
    void portInUseIsOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String path = valid("routes.conf", "people");
            String port = file("port.conf", "gateway.listen.port = " + taken.getLocalPort() + "\n");

            assertThat(execute("run", "--config", path, "--config", port)).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith(
                            "gateway: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                                    + " (gateway.listen): another program uses it; stop that one, or set gateway.listen.port to another")
                    .hasLineCount(1);
        }
    }

    @Test
    void aHostThatIsNotHereIsOneClearLine() throws IOException {
        String path = valid("routes.conf", "people");
        String unknown = file("unknown.conf", "gateway.listen.host = no-such-host.invalid\n");
        String foreign = file("foreign.conf", "gateway.listen.host = \"192.0.2.7\"\n");

        assertThat(execute("run", "--config", path, "--config", unknown)).isEqualTo(1);
        assertThat(execute("run", "--config", path, "--config", foreign)).isEqualTo(1);
        assertThat(err.toString().lines().toList())
                .containsExactly(
                        "gateway: cannot listen on no-such-host.invalid:0 (gateway.listen): there is no such host; "
                                + "set gateway.listen.host to an address of this machine, or to \"0.0.0.0\" for all",
                        "gateway: cannot listen on 192.0.2.7:0 (gateway.listen): this machine has no such address; "
                                + "set gateway.listen.host to one of its own, or to \"0.0.0.0\" for all");
    }

    @Test
    void checkWarnsOfWhatIsHardlyMeant() throws IOException {
        String path = valid("routes.conf", "people");
        String again = file("again.conf", "gateway.routes.people.path = \"/persons/{id}\"\n");

        assertThat(execute("check", "--config", path, "--config", again)).isZero();
        assertThat(err.toString().lines().toList())
                .hasSize(2)
                .allMatch(line -> line.startsWith("warning: " + again + ":1: gateway.routes.people.path: takes the "));
    }

    @Test
    void demoIsExplainedWhereThereIsNone() {
        assertThat(execute("demo", "--for", "30s")).isEqualTo(2);
        assertThat(err.toString()).contains("source tree");
    }

    @Test
    void signalDrainsAndEndsWithSuccess() throws Exception {
        Process process = start(valid("routes.conf", "people"));
        try (var lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("is up")) {
                assertThat(Json.object(line)).containsKeys("time", "level", "logger", "message");
                line = lines.readLine();
            }
            assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
            assertEndsWithSuccess(process);
            assertThat(lines.lines().toList().toString()).contains("stopped");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void signalEndsWithSuccessAlsoWhileKeysAreAwaited() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Process process = start(file("waiting.conf", """
                    gateway {
                      listen { host = "127.0.0.1", port = 0 }
                      admin { host = "127.0.0.1", port = 0 }
                      timeouts.drain = 1s
                      issuers.entra { issuer = "https://idp", jwks-url = "http://127.0.0.1:%d/keys", audiences = ["a"] }
                      routes.people { path = "/people/**", upstream = "http://127.0.0.1:9", grant = pass-through }
                    }
                    """.formatted(silent.getLocalPort())));
            try {
                silent.setSoTimeout(30_000);
                silent.accept(); // asked for keys, which never come
                assertEndsWithSuccess(process);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private Process start(String config) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--config",
                        config)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private static void assertEndsWithSuccess(Process process) throws InterruptedException {
        // not the process' own: that closes the streams
        process.toHandle().destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** A configuration that needs nobody: one route, free ports. */
    private String valid(String name, String route) throws IOException {
        return file(name, """
                gateway {
                  listen { host = "127.0.0.1", port = 0 }
                  admin { host = "127.0.0.1", port = 0 }
                  timeouts.drain = 1s
                  routes.%s { path = "/%s/**", upstream = "http://127.0.0.1:9", grant = anonymous }
                }
                """.formatted(route, route));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private int execute(String... arguments) {
        return execute(Map.of(), arguments);
    }

    private int execute(Map<String, String> environment, String... arguments) {
        CommandLine line = Main.commandLine(environment).addSubcommand(new DemoCommand());
        return line.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
