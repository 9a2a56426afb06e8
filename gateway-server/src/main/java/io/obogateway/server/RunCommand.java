package io.obogateway.server;

import static java.util.Objects.requireNonNull;

import io.obogateway.config.GatewayConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code gateway run}: serves until a signal, then drains. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Runs the gateway until SIGTERM or SIGINT, then drains and stops.")
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Main main;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run(requireNonNull(main).load(config));
    }

    /** Serves; returns only by an exception, for a signal ends the process. */
    static int run(GatewayConfig config) throws IOException, InterruptedException {
        GatewayServer server = GatewayServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drainAndExit(server), "drain"));
        log().info(
                        "obo-gateway {} is up, {} ms after its process began",
                        Main.version(),
                        sinceStart().toMillis());
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private static Duration sinceStart() {
        Instant now = Instant.now();
        return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
    }

    /**
     * Ends the process. A JVM that ends by a signal reports 128 + the signal's number whatever its hooks do, but a drained
     * stop is a success: so the last thing that the hook does is to end the JVM itself.
     */
    private static void drainAndExit(GatewayServer server) {
        int exitCode = ExitCode.OK;
        try {
            server.stop();
        } catch (RuntimeException e) {
            log().error("the gateway did not stop in order", e);
            exitCode = ExitCode.SOFTWARE;
        }
        System.out.flush();
        Runtime.getRuntime().halt(exitCode);
    }

    /** Not a constant: other commands need no logging, and setting it up takes longer than they do. */
    private static Logger log() {
        return LoggerFactory.getLogger(RunCommand.class);
    }
}
