package io.obogateway.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gateway demo}: starts the demo, says what to try, and runs until it is stopped or its time is over. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs the gateway between an embedded identity provider and an embedded API, and says what to try.")
final class DemoCommand implements Callable<Integer> {
    /** Exchanges that are told of; a load test makes thousands. */
    private static final int TOLD = 20;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationOption.class,
            description = "Stops by itself after this time: 30s, 5m, 1h. Default: runs until Ctrl-C.")
    private @Nullable Duration time;

    @Option(names = "--port", description = "The gateway's port. Default: a free one.")
    private int port;

    private final PrintStream out;
    private final AtomicInteger told = new AtomicInteger();

    DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        quieten();
        Demo demo = Demo.start(port, this::tell);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            demo.close();
            // to be stopped is how a demo ends, and no failure
            Runtime.getRuntime().halt(0);
        }));
        out.print(Guide.text(demo, time == null ? "Runs until Ctrl-C." : "Runs for " + time.toSeconds() + " s."));
        CountDownLatch never = new CountDownLatch(1);
        if (time == null) {
            never.await();
        } else {
            never.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
        demo.close();
        return 0;
    }

    private void tell(String exchange) {
        int number = told.incrementAndGet();
        if (number <= TOLD) {
            out.println("identity provider: " + exchange);
            if (number == TOLD) {
                out.println("identity provider: and so on; it tells of the first " + TOLD + " exchanges only");
            }
        }
    }

    /** The reader sees what the demo has to say, and what is wrong. */
    private static void quieten() {
        level(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.WARN);
        level("io.obogateway", Level.WARN);
        level("io.obogateway.server.Reloader", Level.INFO); // what comes of the reader's own change
    }

    private static void level(String logger, Level level) {
        if (LoggerFactory.getLogger(logger) instanceof Logger logback) {
            logback.setLevel(level);
        }
    }
}
