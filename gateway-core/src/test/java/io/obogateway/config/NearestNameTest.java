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
        assertThat(NearestName.hint("zzzz", List.of("path", "upstream")))
                .isEqualTo("did you mean \"path\"? (known: path, upstream)");
    }
}
