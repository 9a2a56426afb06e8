package io.obogateway.observe;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether people watch: then lines are plain text instead of JSON. */
public final class Terminal {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /** Whether standard output is a terminal. */
    public static boolean isStandardOutput() {
        try {
            // the cheapest question, and unlike the console it asks about the output alone
            return isTerminal(Files.readSymbolicLink(STANDARD_OUTPUT).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return isTerminal(System.console());
        }
    }

    static boolean isTerminal(String device) {
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
    }

    /** Before Java 22 there is a console only on a terminal; since then there is always one, and it knows. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
