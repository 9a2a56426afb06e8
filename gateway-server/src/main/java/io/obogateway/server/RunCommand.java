package io.obogateway.server;

import static java.util.Objects.requireNonNull;

import io.obogateway.config.ConfigSource;
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
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @ParentCommand
    private @Nullable Main main;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Preload.begin();
        return run(requireNonNull(main).source(config));
    }

    /** Serves; returns only by an exception, for a signal ends the process. */
    static int run(ConfigSource source) throws IOException, InterruptedException {
        GatewayConfig config = source.load();
        config.warnings().forEach(warning -> LOG.warn("{}", warning));
        DrainOnSignal drain = DrainOnSignal.register();
        GatewayServer server;
        try {
            server = GatewayServer.bind(config, source);
        } catch (IOException | RuntimeException e) {
            drain.unregister(); // a failed start is no drained stop
            throw e;
        }
        drain.serving(server);
        HangupSignal.run(() -> server.reload("SIGHUP"));
        server.awaitFirstKeys();
        LOG.info(
                "obo-gateway {} is up, {} ms after its process began: {} routes on {}:{}, admin on {}:{}",
                Main.version(),
                sinceStart().toMillis(),
                config.routes().size(),
                config.listen().host(),
                server.port(),
                config.admin().host(),
                server.adminPort());
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private static Duration sinceStart() {
        Instant now = Instant.now();
        return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
    }
}
