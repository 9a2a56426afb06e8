package io.obogateway.upstream;

import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Why a connection failed, for those who operate the gateway, to whom names of Java classes say little. Pure. */
public final class FailureText {
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\S+ failed with error\\(-?\\d+\\): ");

    private static final int DEEPEST = 10;

    private FailureText() {}

    /** In one line; never empty. */
    public static String of(Throwable cause) {
        String said = said(cause);
        Throwable root = cause;
        for (int i = 0; i < DEEPEST && root.getCause() != null; i++) {
            root = root.getCause();
        }
        // only the innermost says what is wrong with a certificate
        boolean more = cause instanceof SSLException && !said.contains(said(root));
        return more ? said + ": " + said(root) : said;
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        return SYSTEM_CALL.matcher(message).replaceFirst("").replace('\n', ' ');
    }
}
