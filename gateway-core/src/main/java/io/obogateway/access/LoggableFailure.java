package io.obogateway.access;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An unexpected exception as it may be logged: the same stacks, and messages in which nothing looks like a token. */
final class LoggableFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 8;
    /** A JWT begins with the base64url of a brace and a quote; what follows a scheme is a credential. */
    private static final Pattern TOKEN = Pattern.compile("(?i)eyJ[\\w.=-]+|(?<=\\b(?:bearer|basic) )\\S+");

    LoggableFailure(Throwable failure) {
        this(failure, 0);
    }

    private LoggableFailure(Throwable failure, int depth) {
        super(text(failure), cause(failure, depth), false, true);
        setStackTrace(failure.getStackTrace());
    }

    private static String text(Throwable failure) {
        String name = failure.getClass().getName();
        String message = failure.getMessage();
        return message == null ? name : name + ": " + TOKEN.matcher(message).replaceAll("***");
    }

    private static @Nullable Throwable cause(Throwable failure, int depth) {
        return failure.getCause() == null || depth == MAX_CAUSES
                ? null
                : new LoggableFailure(failure.getCause(), depth + 1);
    }
}
