package io.obogateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher at the repository's top, in a folder with a blank in its name, with a JVM and a Maven that only say what they were told. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String SAY = "#!/bin/sh\nfor a in \"$@\"; do printf '[%s]' \"$a\"; done; echo\n";

    @TempDir
    Path folder;

    private Path home;
    private Path launcher;
    private Path jvm;

    @BeforeEach
    void lay() throws IOException {
        home = Files.createDirectories(folder.resolve("the gateway"));
        launcher = Files.copy(Path.of("..", "gateway"), home.resolve("gateway"));
        jvm = jvm("JDK 25", "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"25.0.3\"\nOS_NAME=\"Linux\"\n");
        Files.createFile(home.resolve("pom.xml"));
    }

    private Path jvm(String name, String release) throws IOException {
        Path jvmHome = Files.createDirectories(folder.resolve(name));
        Files.writeString(jvmHome.resolve("release"), release);
        script(jvmHome.resolve("bin/java"), SAY);
        return jvmHome;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path built(String module) throws IOException {
        Path jar = home.resolve(module).resolve("target").resolve(module + ".jar");
        Files.createDirectories(jar.getParent());
        return Files.createFile(jar).toRealPath();
    }

    private record Ended(int exit, String out, String err) {}

    private Ended run(Path program, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA_OPTS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8).strip(),
                Files.readString(err, StandardCharsets.UTF_8).strip());
    }

    private Map<String, String> with(Path javaHome) {
        return Map.of("JAVA_HOME", javaHome.toString());
    }

    @Test
    void argumentsArePassedOnAsTheyAre() throws Exception {
        Path jar = built("gateway-server");

        Ended ended = run(launcher, with(jvm), "check", "--config", "a b", "*", "");

        assertThat(ended.out())
                .isEqualTo("[-XX:+ExitOnOutOfMemoryError]"
                        + "[--enable-native-access=ALL-UNNAMED][--sun-misc-unsafe-memory-access=allow][-jar][" + jar
                        + "][check][--config][a b][*][]");
        assertThat(ended.exit()).isZero();
    }

    @Test
    void demoHasItsOwnProgram() throws Exception {
        built("gateway-server");
        Path jar = built("gateway-demo");

        assertThat(run(launcher, with(jvm), "demo", "--for", "30s").out()).endsWith("[" + jar + "][demo][--for][30s]");
    }

    @Test
    void demoStartsFromItsArchiveOfClassesWhileThatIsNewerThanItsProgram() throws Exception {
        Path jar = built("gateway-demo");
        Path archive = Files.createFile(jar.resolveSibling("gateway-demo-25.0.3.jsa"));
        String use = "[-Xshare:auto][-XX:SharedArchiveFile=" + archive + "][-Xlog:disable][-jar][" + jar + "][demo]";
        FileTime now = FileTime.from(Instant.now());
        FileTime before = FileTime.from(now.toInstant().minusSeconds(60));

        Files.setLastModifiedTime(jar, before);
        assertThat(run(launcher, with(jvm), "demo").out()).endsWith(use);
        Files.setLastModifiedTime(jar, now);
        Files.setLastModifiedTime(archive, before);
        assertThat(run(launcher, with(jvm), "demo").out()).doesNotContain(".jsa");
    }

    @Test
    void jvmOptionsComeAfterOursAndBeforeTheProgram() throws Exception {
        Path jar = built("gateway-server");
        Path old = jvm("JDK 17", "JAVA_VERSION=\"17.0.15\"");

        Ended ended = run(launcher, Map.of("JAVA_HOME", old.toString(), "JAVA_OPTS", " -Xmx64m  -Dx=* "), "--version");

        assertThat(ended.out())
                .isEqualTo("[-XX:+ExitOnOutOfMemoryError][-Xmx64m][-Dx=*][-jar][" + jar + "][--version]");
    }

    @Test
    void symbolicLinkLeadsHome() throws Exception {
        Path jar = built("gateway-server");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path link = Files.createSymbolicLink(bin.resolve("first"), Path.of("../the gateway/gateway"));
        Path linkToLink = Files.createSymbolicLink(bin.resolve("second"), link.getFileName());

        assertThat(run(linkToLink, with(jvm)).out()).endsWith("[-jar][" + jar + "]");
    }

    @Test
    void javaOnThePathIsTakenWithoutJavaHome() throws Exception {
        Path jar = built("gateway-server");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), jvm.resolve("bin/java"));
        String path = bin + ":" + System.getenv("PATH");

        assertThat(run(launcher, Map.of("PATH", path)).out())
                .contains("[--enable-native-access=ALL-UNNAMED]")
                .endsWith("[" + jar + "]");
    }

    @Test
    void versionIsAskedOfAJvmWithoutAReleaseFile() throws Exception {
        built("gateway-server");
        Path old = jvm("JDK 8", "");
        script(old.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n");

        Ended ended = run(launcher, with(old));

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("Java 17 or newer is needed").contains("is Java 8");
    }

    @Test
    void olderJavaIsRefused() throws Exception {
        built("gateway-server");

        Ended ended = run(launcher, with(jvm("JDK 11", "JAVA_VERSION=\"11.0.2\"\n")));

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("is Java 11").contains("set JAVA_HOME to a newer one");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void javaHomeWithoutAJvmIsNamed() throws Exception {
        Ended ended = run(launcher, with(folder.resolve("nowhere")));

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains(folder.resolve("nowhere").toString()).contains("no bin/java");
    }

    @Test
    void firstUseBuildsWhatItNeedsAndSaysSo() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path jar = home.resolve("gateway-demo/target/gateway-demo.jar");
        script(bin.resolve("mvn"), SAY + "mkdir -p '" + jar.getParent() + "' && touch '" + jar + "'\n");
        Map<String, String> environment =
                Map.of("JAVA_HOME", jvm.toString(), "PATH", bin + ":" + System.getenv("PATH"));

        Ended first = run(launcher, environment, "demo");
        Ended second = run(launcher, environment, "demo");

        assertThat(first.err()).contains("building gateway-demo, this once").contains("[-pl][gateway-demo][-am]");
        assertThat(first.out()).endsWith("[" + jar.toRealPath() + "][demo]");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
    }

    @Test
    void failedBuildIsAFailure() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        script(bin.resolve("mvn"), "#!/bin/sh\necho '[ERROR] no network'\nexit 1\n");

        Ended ended =
                run(launcher, Map.of("JAVA_HOME", jvm.toString(), "PATH", bin + ":" + System.getenv("PATH")), "run");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("[ERROR] no network").contains("the build failed");
    }

    @Test
    void installedProgramNeedsNoSourceAndSaysItselfThatItHasNoDemo() throws Exception {
        Path jar = Files.createFile(home.resolve("gateway-server.jar")).toRealPath();
        Files.delete(home.resolve("pom.xml"));

        assertThat(run(launcher, with(jvm), "run").out()).endsWith("[" + jar + "][run]");
        assertThat(run(launcher, with(jvm), "demo").out()).endsWith("[" + jar + "][demo]");
    }

    @Test
    void neitherProgramNorSourceIsSaid() throws Exception {
        Files.delete(home.resolve("pom.xml"));

        Ended ended = run(launcher, with(jvm), "run");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("no gateway-server.jar").contains("no source to build it from");
    }
}
