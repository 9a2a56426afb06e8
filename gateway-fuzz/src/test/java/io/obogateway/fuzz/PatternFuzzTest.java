package io.obogateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.obogateway.http.RequestPath;
import io.obogateway.route.Match;
import io.obogateway.route.PathPattern;
import io.obogateway.route.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text as the pattern of a route. */
class PatternFuzzTest {
    @DictionaryEntries({"/", "//", "*", "**", "/**", "/*/", "%2A", "%41", ";", "?", "://", ".."})
    @FuzzTest
    void aPatternIsRefusedWithAReasonOrTakesThePathsItShows(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        PathPattern pattern;
        try {
            pattern = PathPattern.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(PathPattern.parse(pattern.shape()).shape()).isEqualTo(pattern.shape());
        assertThat(pattern.literalPrefix()).isBetween(0, pattern.segments().size());

        RequestPath shown = RequestPath.parse(text.replace("*", "x"));
        Match match = new RouteTable(List.of(Routes.route("route", text))).match("GET", "h", shown);
        assertThat(match).isInstanceOf(Match.Taken.class);
    }
}
