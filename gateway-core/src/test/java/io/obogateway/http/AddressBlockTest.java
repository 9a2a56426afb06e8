package io.obogateway.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/32, 2001:db8:1::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "[::1], ::1, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
    })
    void blockHoldsTheAddressesThatBeginLikeIt(String block, String address, boolean held) {
        AddressBlock parsed = requireNonNull(AddressBlock.parse(block));

        assertThat(parsed.contains(requireNonNull(AddressBlock.addressOf(address))))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0/8",
                "::1/129",
                "a.example/8",
                "1:2/3"
            })
    void anythingElseIsNoBlock(String text) {
        assertThat(AddressBlock.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:1", "x:1", ".::1", "[x]", "g::1", "::1%lo", "1.2.3.4:80", ":", "[]", ""})
    void nameIsNeverLookedUp(String text) { // localhost:1 with a colon in it went to the resolver
        assertThat(AddressBlock.addressOf(text)).isNull();
    }
}
