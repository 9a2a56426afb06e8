package io.obogateway.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.obogateway.http.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggingConfiguratorTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void jsonLineIsExact() {
        assertThat(line(false, "listening on {}", null, "127.0.0.1:8080"))
                .isEqualTo("{\"time\":\"2026-11-21T10:15:30.042Z\",\"level\":\"WARN\","
                        + "\"logger\":\"io.obogateway.server.Main\",\"message\":\"listening on 127.0.0.1:8080\"}\n");
    }

    @Test
    void stackTraceIsOneStringInJson() throws Exception {
        String line = line(false, "it \"failed\"\n", new IllegalStateException("why"));

        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        var members = Json.object(line);
        assertThat(members)
                .containsEntry("message", "it \"failed\"\n")
                .containsOnlyKeys("time", "level", "logger", "message", "error");
        assertThat(String.valueOf(members.get("error")))
                .startsWith("java.lang.IllegalStateException: why")
                .contains("\tat " + LoggingConfiguratorTest.class.getName());
    }

    @Test
    void plainLineHasItsStackTraceBelow() {
        assertThat(line(true, "it failed", new IllegalStateException("why")))
                .startsWith(
                        "2026-11-21T10:15:30.042Z WARN Main: it failed\njava.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void plainLineHasQuotesAsTheyAreAndIsOneLineOfBoundedLength() {
        assertThat(line(true, "did you mean \"path\"?\n\u001b[2J", null))
                .isEqualTo("2026-11-21T10:15:30.042Z WARN Main: did you mean \"path\"?\\n\\u001b[2J\n");
        assertThat(line(true, "\"".repeat(10_000), null)).endsWith("\"…\n").hasSizeLessThan(4200);
    }

    @Test
    void gatewayLogsFromInfoAndLibrariesFromWarn() {
        LoggingConfigurator.configure(context, null, false);

        assertThat(context.getLogger("io.obogateway.server.Main").getEffectiveLevel())
                .isEqualTo(Level.INFO);
        assertThat(context.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void levelOfTheEnvironmentIsForTheGatewayOnly() {
        LoggingConfigurator.configure(context, "debug", false);

        assertThat(context.getLogger("io.obogateway.server.Main").getEffectiveLevel())
                .isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void unknownLevelIsInfo() {
        LoggingConfigurator.configure(context, "chatty", false);

        assertThat(context.getLogger("io.obogateway").getEffectiveLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void thisIsWhatLogbackUses() {
        assertThat(((Logger) org.slf4j.LoggerFactory.getLogger("io.obogateway")).getLevel())
                .isNotNull();
    }

    @Test
    void terminalsAreToldFromPipesAndFiles() {
        assertThat(Terminal.isTerminal("/dev/pts/3")).isTrue();
        assertThat(Terminal.isTerminal("/dev/tty1")).isTrue();
        assertThat(Terminal.isTerminal("pipe:[4711]")).isFalse();
        assertThat(Terminal.isTerminal("/dev/null")).isFalse();
        assertThat(Terminal.isTerminal("/var/log/gateway.log")).isFalse();
    }

    private String line(boolean plain, String message, @Nullable Throwable error, Object... arguments) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("io.obogateway.server.Main"), Level.WARN, message, error, arguments);
        event.setInstant(Instant.parse("2026-11-21T10:15:30.042Z"));
        return new String(new LineEncoder(plain).encode(event), UTF_8);
    }
}
