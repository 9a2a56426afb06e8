package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void distanceCountsLettersToAddDropOrReplace() {
        assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("abc", "abc")).isZero();
    }

    @Test
    void aNearNameIsSuggestedAlone() {
        assertThat(NearestName.hint("upstrem", List.of("path", "upstream"))).isEqualTo("did you mean \"upstream\"?");
    }

    @Test
    void withoutANearNameAllAreListed() {
        assertThat(NearestName.hint("zzzz", List.of("path", "upstream"))).isEqualTo("known: path, upstream");
    }

    @Test
    void aWordThatIsNothingLikeItIsNeverSuggested() {
        List<String> grants = List.of("on-behalf-of", "client-credentials", "pass-through", "anonymous");

        assertThat(NearestName.hint("token", grants)).startsWith("known: ");
        assertThat(NearestName.hint("none", grants)).startsWith("known: ");
        assertThat(NearestName.hint("anonymus", grants)).isEqualTo("did you mean \"anonymous\"?");
    }

    @Test
    void whatIsShortForANameIsTakenForIt() {
        List<String> grants = List.of("on-behalf-of", "client-credentials", "pass-through", "anonymous");

        assertThat(NearestName.hint("obo", grants)).isEqualTo("did you mean \"on-behalf-of\"?");
        assertThat(NearestName.hint("OBO", grants)).isEqualTo("did you mean \"on-behalf-of\"?");
        assertThat(NearestName.hint("client", grants)).isEqualTo("did you mean \"client-credentials\"?");
    }
}
