package io.obogateway.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationOptionTest {
    private final DurationOption option = new DurationOption();

    @Test
    void unitsAreSecondsMinutesHours() {
        assertThat(option.convert("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(option.convert("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(option.convert("1h")).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "30", "30x", "-1s", "0s", "1.5h"})
    void everythingElseIsRefused(String text) {
        assertThatThrownBy(() -> option.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("30s, 5m or 1h");
    }
}
