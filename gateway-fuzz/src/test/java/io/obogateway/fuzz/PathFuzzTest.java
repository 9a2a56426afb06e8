package io.obogateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestPath;
import io.obogateway.route.Match;
import io.obogateway.route.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any text as a request target. */
class PathFuzzTest {
    private final RouteTable table = new RouteTable(List.of(
            Routes.route("people", "/people/**"),
            Routes.route("admin", "/people/admin/**"),
            Routes.route("one", "/people/*/mail"),
            Routes.route("root", "/")));

    @DictionaryEntries({
        "/",
        "//",
        "..",
        "%2e",
        "%2F",
        "%5C",
        "%00",
        ";",
        "?",
        "#",
        "\\",
        "http://",
        "*",
        "/people/",
        "%41"
    })
    @FuzzTest
    void whatIsAcceptedHasOneReading(byte[] input) {
        String target = new String(input, StandardCharsets.ISO_8859_1);
        RequestPath path = parsed(target);
        if (path == null || path.asterisk()) {
            return;
        }
        assertThat(target)
                .endsWith(path.target().equals("/") ? "" : path.target().substring(1));
        assertThat(path.query() == null ? path.raw() : path.raw() + "?" + path.query())
                .isEqualTo(path.target());
        sameAgain(path, RequestPath.parse(path.target()));
        for (int i = 0; i < path.size(); i++) {
            harmless(path.segment(i));
        }
        for (int i = 0; i <= path.size(); i++) {
            RequestPath.parse(path.targetWithout(i));
        }
        matches(path);
    }

    private static @Nullable RequestPath parsed(String target) {
        try {
            return RequestPath.parse(target);
        } catch (GatewayException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            return null;
        }
    }

    private static void sameAgain(RequestPath path, RequestPath again) {
        assertThat(again.size()).isEqualTo(path.size());
        for (int i = 0; i < path.size(); i++) {
            assertThat(again.segment(i)).isEqualTo(path.segment(i));
        }
    }

    private static void harmless(String segment) {
        assertThat(segment).doesNotContain("/", "\\", "%2F", "%5C", "%00", "?", "#");
        assertThat(segment.chars()).allMatch(c -> c > ' ' && c < 0x7F);
        int semicolon = segment.indexOf(';');
        assertThat(semicolon < 0 ? segment : segment.substring(0, semicolon)).isNotIn(".", "..");
    }

    /** However an upstream reads it, a path that went to one route does not lead to another. */
    private void matches(RequestPath path) {
        if (!(table.match("GET", "h", path) instanceof Match.Taken taken)) {
            return;
        }
        for (RequestPath reading : path.otherReadings()) {
            assertThat(table.match("GET", "h", reading)).isEqualTo(taken);
        }
    }
}
