package io.obogateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jspecify.annotations.Nullable;

/**
 * Sets up logging in code, found by Logback as a service: lines to standard output, the gateway's own from the level in
 * {@code GATEWAY_LOG_LEVEL} on (INFO), the libraries' from WARN. Whoever names a {@code logback.configurationFile} gets that
 * instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LoggingConfigurator extends ContextAwareBase implements Configurator {
    static final String LEVEL_VARIABLE = "GATEWAY_LOG_LEVEL";
    private static final String GATEWAY = "io.obogateway";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        configure(context, System.getenv(LEVEL_VARIABLE), Terminal.isStandardOutput());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void configure(LoggerContext context, @Nullable String level, boolean plain) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console(context, plain));
        Logger gateway = context.getLogger(GATEWAY);
        Level wanted = Level.toLevel(level, null);
        gateway.setLevel(wanted == null ? Level.INFO : wanted);
        if (wanted == null && level != null && !level.isBlank()) {
            gateway.warn("{} is {}: taken as INFO; use ERROR, WARN, INFO, DEBUG or TRACE", LEVEL_VARIABLE, level);
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, boolean plain) {
        LineEncoder encoder = new LineEncoder(plain);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("standard output");
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
