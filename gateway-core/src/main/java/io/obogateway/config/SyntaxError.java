package io.obogateway.config;

import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is said about a file that is no HOCON. The library's message quotes the text, so near a secret it is left out. */
final class SyntaxError {
    private static final Pattern SECRET =
            Pattern.compile("(?i)secret|password|jwk|private|encryption|proxy|//[^/\\s]*@");
    /** Long, with digits and without what words are put together by: no text of a configuration, and many a secret. */
    private static final Pattern OPAQUE =
            Pattern.compile("(?=\\S{0,30}[0-9])(?=\\S{0,30}[A-Za-z])[^\\s\"'/.:,=\\[\\]{}]{30,}");

    private static final String LIBRARY_SLIP = "expecting a close parentheses ')'";
    private static final String PREFIX = "not valid HOCON: ";

    private SyntaxError() {}

    static String describe(ConfigException error, @Nullable Place place) {
        if (place == null || nearSecret(place)) {
            return PREFIX + "a quote, brace or comma is missing or too many (the text is not shown, it may be secret)";
        }
        String message = String.valueOf(error.getMessage());
        String origin = error.origin().description() + ": ";
        String what = message.startsWith(origin) ? message.substring(origin.length()) : message;
        int advice = what.indexOf(" (if you intended ");
        String fault =
                (advice < 0 ? what : what.substring(0, advice)).replace(LIBRARY_SLIP, "expecting a closing brace '}'");
        return PREFIX + fault + remedy(fault);
    }

    /** What is most often behind it. */
    private static String remedy(String fault) {
        if (fault.contains("brace } or a comma, got ':'")) {
            return "; text with a colon in it, such as a URL, stands in quotes";
        }
        if (fault.contains("brace } or a comma, got '='")) {
            return "; two keys on one line have a comma between them";
        }
        return "";
    }

    private static boolean nearSecret(Place place) {
        try {
            List<String> lines = Files.readAllLines(Path.of(place.file()));
            int from = Math.max(0, place.line() - 2);
            int to = Math.min(lines.size(), place.line() + 1);
            String near = String.join("\n", lines.subList(Math.min(from, to), to));
            return SECRET.matcher(near).find() || OPAQUE.matcher(near).find();
        } catch (IOException e) {
            return true; // what cannot be looked at is not shown
        }
    }
}
