package io.obogateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @CsvSource({
        "/, ''",
        "/people, people",
        "/people/, people|",
        "/people/7, people|7",
        "/people/7?a=/b/../c%zz, people|7",
        "//people, |people",
        "/a//b, a||b",
        "/p%65ople/%7euser/%2D%2e%5F%7Ax, people|~user|-._zx",
        "/caf%c3%A9/100%25/a%3bb, caf%C3%A9|100%25|a%3Bb",
        "/a;v=1/b;x, a;v=1|b;x",
        "/.../.a/a./..a, ...|.a|a.|..a",
        "'/a|b{c}\"<>^`', 'a|b{c}\"<>^`'",
        "http://example.com/a/b?x, a|b",
        "HTTPS://example.com:8443/a, a",
        "http://[::1]:80/a, a",
        "http://example.com, ''",
        "http://example.com?x=1, ''",
    })
    void segmentsAreWhatIsCompared(String target, String segments) {
        assertThat(String.join("|", segments(RequestPath.parse(target)))).isEqualTo(segments);
    }

    @ParameterizedTest
    @CsvSource({
        "/people/7, /people/7, /people/7,",
        "/p%65ople?q=%zz;/../, /p%65ople?q=%zz;/../, /p%65ople, q=%zz;/../",
        "/a?, /a?, /a, ''",
        "/a??, /a??, /a, ?",
        "http://h/a//b;c?d, /a//b;c?d, /a//b;c, d",
        "http://h, /, /,",
        "http://h?x, /?x, /, x",
        "*, *, *,",
    })
    void whatGoesOnIsAsItCame(String received, String target, String raw, String query) {
        RequestPath path = RequestPath.parse(received);

        assertThat(path.target()).isEqualTo(target);
        assertThat(path.raw()).isEqualTo(raw);
        assertThat(path.query()).isEqualTo(query);
    }

    @Test
    void originFormIsNotCopied() {
        String target = new String("/people/7?x=1");

        assertThat(RequestPath.parse(target).target()).isSameAs(target);
    }

    @Test
    void asteriskHasNoSegments() {
        assertThat(RequestPath.parse("*").asterisk()).isTrue();
        assertThat(RequestPath.parse("*").size()).isZero();
        assertThat(RequestPath.parse("/*").asterisk()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/a/.",
                "/a/..",
                "/a/../b",
                "/./a",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/a/%2e./b",
                "/..;x/a",
                "/.;/a",
                "/a/%2e%2e;x=1/b",
                "/..%3Bx",
                "/..?a",
                "http://h/../a"
            })
    void dotSegmentsAreRefused(String target) {
        assertRefused(target, "'.' or '..' segment");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/a%2fb | encoded slash (%2F)",
                "/a%2F | encoded slash (%2F)",
                "/a%5cb | encoded backslash (%5C)",
                "/a\\b | has a backslash",
                "/a%00b | encoded NUL",
                "/a%0d%0aSet-Cookie:x | encoded control character",
                "/a%1f | encoded control character",
                "/a%7F | encoded control character",
                "/a% | '%' that two hexadecimal digits do not follow",
                "/a%4 | '%' that two hexadecimal digits do not follow",
                "/a%4/1 | '%' that two hexadecimal digits do not follow",
                "/a%4?1 | '%' that two hexadecimal digits do not follow",
                "/a%4g | '%' that two hexadecimal digits do not follow",
                "/a%+1 | '%' that two hexadecimal digits do not follow",
                "/a%u0041 | '%' that two hexadecimal digits do not follow",
                "/a%%41 | '%' that two hexadecimal digits do not follow",
                "/a#b | fragment",
                "/a?b#c | fragment",
                "/a b | has a space",
                "/blå | not ASCII",
                "/a?blå | not ASCII",
                "`` | neither a path nor an http or https URL",
                "a | neither a path nor an http or https URL",
                "example.com:443 | neither a path nor an http or https URL",
                "?a | neither a path nor an http or https URL",
                "** | neither a path nor an http or https URL",
                "*/a | neither a path nor an http or https URL",
                "ftp://h/a | neither a path nor an http or https URL",
                "http:/a | neither a path nor an http or https URL",
                "http:///a | names no host",
                "http://?a | names no host",
                "http://:80/a | names no host",
                "http://user@h/a | user information",
                "http://h#/a | fragment",
                "http://h\\@evil/a | backslash",
            })
    void whatIsWrongIsNamed(String target, String detail) {
        assertRefused(target, detail);
    }

    @Test
    void controlCharactersAreRefusedInPathQueryAndHost() {
        for (char c = 0; c < 128; c++) {
            if (c > ' ' && c != 0x7F) {
                continue;
            }
            assertRefused("/a" + c + "b", "has a");
            assertRefused("/a?" + c + "b", "has a");
            assertRefused("http://h" + c + "/a", "has a");
        }
        assertRefused("/a\0", "NUL");
        assertRefused("/a\n", "control character");
    }

    @ParameterizedTest
    @CsvSource({
        "/people/7, 1, /7",
        "/people/7?x=/y, 1, /7?x=/y",
        "/people, 1, /",
        "/people?x=/y, 1, /?x=/y",
        "/people/, 1, /",
        "/people/, 2, /",
        "/a/b/c;d/%65, 2, /c;d/%65",
        "/a//b, 1, //b",
        "/a/b, 0, /a/b",
    })
    void firstSegmentsCanBeLeftOut(String received, int count, String target) {
        assertThat(RequestPath.parse(received).targetWithout(count)).isEqualTo(target);
    }

    @Test
    void otherReadingsMergeAndCutInEitherOrder() {
        RequestPath path = RequestPath.parse("/a/;x//b;y/");

        assertThat(path.otherReadings().stream().map(RequestPathTest::segments))
                .containsExactly(
                        List.of("a", ";x", "b;y", ""),
                        List.of("a", "", "", "b", ""),
                        List.of("a", "", "b", ""),
                        List.of("a", "b", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, false",
        "/a/, false",
        "/, false",
        "//, true",
        "/a//b, true",
        "/a;b, true",
        "/;, true",
        "/a%3Bb, false"
    })
    void onlyEmptySegmentsAndParametersHaveOtherReadings(String target, boolean several) {
        assertThat(RequestPath.parse(target).severalReadings()).isEqualTo(several);
        assertThat(RequestPath.parse(target).otherReadings().isEmpty()).isNotEqualTo(several);
    }

    @Test
    void pathIsNotPrinted() {
        assertThat(RequestPath.parse("/people/12345678901").toString()).doesNotContain("12345678901");
    }

    static List<String> segments(RequestPath path) {
        return IntStream.range(0, path.size()).mapToObj(path::segment).toList();
    }

    private static void assertRefused(String target, String detail) {
        assertThatExceptionOfType(GatewayException.class)
                .as(target)
                .isThrownBy(() -> RequestPath.parse(target))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .satisfies(e -> assertThat(e.refusal().detail()).contains(detail));
    }
}
