package io.obogateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The one-pass reader against the same rules written slowly, one after the other, over generated targets. */
class RequestPathReferenceTest {
    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        "/",
        "a",
        "b7",
        ".",
        "..",
        "%2e",
        "%2E",
        "%",
        "%4",
        "%41",
        "%7e",
        "%c3%a6",
        "%2f",
        "%2F",
        "%5c",
        "%00",
        "%1f",
        "%7f",
        "%20",
        "%25",
        "%3b",
        "%3B",
        ";",
        ";x=1",
        "?",
        "?q=%zz",
        "#",
        "\\",
        " ",
        "\0",
        "\u007f",
        "ø",
        "*",
        "=",
        "~",
        "http://h",
        "https://h:1",
        "@"
    };

    private static final Pattern BROKEN = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final Pattern FORBIDDEN = Pattern.compile("(?i)%(2f|5c|[01].|7f)");
    private static final Pattern ESCAPE = Pattern.compile("%[0-9a-fA-F]{2}");

    @Test
    void readsAsTheRulesSay() {
        Random random = new Random(20261121);
        int accepted = 0;
        for (int i = 0; i < 60_000; i++) {
            String target = generated(random);
            List<String> expected = reference(target);

            assertThat(actual(target)).as("target <%s>", target).isEqualTo(expected);
            accepted += expected == null ? 0 : 1;
        }
        assertThat(accepted).isBetween(6_000, 54_000);
    }

    private static String generated(Random random) {
        StringBuilder target = new StringBuilder(random.nextInt(10) == 0 ? "" : "/");
        int hostile = random.nextInt(3);
        for (int i = random.nextInt(9); i > 0; i--) {
            String piece = PIECES[random.nextInt(PIECES.length)];
            if (hostile > 0 && reference("/x" + piece + "x") == null) {
                continue;
            }
            target.append(piece);
        }
        return target.toString();
    }

    private static @Nullable List<String> actual(String target) {
        try {
            return RequestPathTest.segments(RequestPath.parse(target));
        } catch (GatewayException e) {
            return null;
        }
    }

    /** The segments, or null for a target that is refused. */
    private static @Nullable List<String> reference(String target) {
        if (target.equals("*")) {
            return List.of();
        }
        String rest = target;
        if (!target.startsWith("/")) {
            if (!target.matches("(?is)https?://[^/?:@][^/?@]*([/?].*)?")) {
                return null;
            }
            rest = target.replaceFirst("(?is)^https?://[^/?]*", "");
            rest = rest.startsWith("/") ? rest : "/" + rest;
        }
        boolean clean = target.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#');
        String authorityAndPath = target.replaceFirst("(?s)\\?.*", "");
        if (!clean || authorityAndPath.contains("\\")) {
            return null;
        }
        String path = rest.replaceFirst("(?s)\\?.*", "");
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            if (BROKEN.matcher(segment).find() || FORBIDDEN.matcher(segment).find()) {
                return null;
            }
            String normal = ESCAPE.matcher(segment).replaceAll(RequestPathReferenceTest::normalEscape);
            if (normal.matches("\\.\\.?((;|%3B).*)?")) {
                return null;
            }
            segments.add(normal);
        }
        return segments;
    }

    private static String normalEscape(MatchResult escape) {
        String upper = escape.group().toUpperCase(Locale.ROOT);
        String character = String.valueOf((char) Integer.parseInt(upper.substring(1), 16));
        return character.matches("[A-Za-z0-9._~-]") ? character : upper;
    }
}
