package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|7",
                " 7 |7",
                "0|1",
                "3600|3600",
                "99999|3600",
                "99999999999999999999999|3600",
                "Sun, 01 Mar 2026 12:00:42 GMT|42",
                "Sun, 01 Mar 2026 11:00:00 GMT|1",
                "Mon, 01 Mar 2027 11:00:00 GMT|3600",
                "-7|5",
                "7s|5",
                "7.5|5",
                "soon|5"
            })
    void fieldBecomesASensibleWait(String field, long seconds) {
        assertThat(RetryAfter.of(field, NOW)).hasSeconds(seconds);
    }

    @Test
    void missingFieldIsFiveSeconds() {
        assertThat(RetryAfter.of(null, NOW)).hasSeconds(5);
        assertThat(RetryAfter.of(" ", NOW)).hasSeconds(5);
    }
}
