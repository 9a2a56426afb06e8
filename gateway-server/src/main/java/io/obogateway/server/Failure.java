package io.obogateway.server;

import io.obogateway.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What a command that failed says on standard error, and its exit code. */
final class Failure implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (failure instanceof InvalidConfigException invalid) {
            invalid.problems().forEach(err::println);
            err.println(count(invalid.problems().size()) + " in the configuration");
            return ExitCode.USAGE;
        }
        IOException expected = ioException(failure);
        if (expected == null) {
            LoggerFactory.getLogger(Main.class).error("unexpected failure", failure);
        }
        err.println("gateway: " + message(expected == null ? failure : expected));
        return ExitCode.SOFTWARE;
    }

    /** Such as the port in use: the outside is not as it should be, and the message says how. */
    private static @Nullable IOException ioException(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof IOException found) {
                return found;
            }
        }
        return null;
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static String count(int problems) {
        return problems == 1 ? "1 problem" : problems + " problems";
    }
}
