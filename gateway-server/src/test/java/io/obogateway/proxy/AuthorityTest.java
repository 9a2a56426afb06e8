package io.obogateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an authority routes are compared with. */
class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "people.example, people.example",
        "People.Example:8080, people.example",
        "people.example., people.example",
        "people.example.:8080, people.example",
        "people.example:, people.example",
        "[2001:db8::1]:8080, [2001:db8::1]",
        "., .",
    })
    void aHostIsComparedWithoutPortCaseAndFinalDot(String authority, String host) {
        assertThat(Authority.hostname(authority)).isEqualTo(host);
    }
}
