package io.obogateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/people, /people",
        "/people/, /people/",
        "/people/**, /people/**",
        "/**, /**",
        "/*/x/*, /*/x/*",
        "/p%65ople/%c3%a6/**, /people/%C3%A6/**",
        "/a%2a, /a%2A",
        "/.well-known/**, /.well-known/**",
    })
    void shapeIsTheNormalForm(String pattern, String shape) {
        assertThat(PathPattern.parse(pattern).shape()).isEqualTo(shape);
    }

    @ParameterizedTest
    @CsvSource({"/,1", "/people,1", "/people/**,1", "/a/b/*/c,2", "/**,0", "/*/a,0", "/a/,2"})
    void literalPrefixEndsAtTheFirstWildcard(String pattern, int literals) {
        assertThat(PathPattern.parse(pattern).literalPrefix()).isEqualTo(literals);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | does not begin with a slash; write \"/\"",
                "people/** | does not begin with a slash; write \"/people/**\"",
                "http://people-api/x | is a URL; write its path here and its host in `hosts`",
                "/people?x=1 | has a '?'; routes take paths only: write \"/people\"",
                "/people#x | has a '#'; routes take paths only: write \"/people\"",
                "/people//x///y | has an empty segment, so it could take no request; write \"/people/x/y\"",
                "/people;v=1/x | has ;params, so it could take no request; write \"/people/x\"",
                "/blåbær | has a character that is not ASCII; write \"/bl%C3%A5b%C3%A6r\"",
                "/a/../b | would be refused as a path: The path has a '.' or '..' segment",
                "/a/%2e | would be refused as a path: The path has a '.' or '..' segment",
                "/a%2Fb | would be refused as a path: The path has an encoded slash (%2F)",
                "/a b | would be refused as a path: The request target has a space",
                "/a%zz | would be refused as a path: The path has a '%' that two hexadecimal digits do not follow",
                "/a/**/b | has a '**' that is not last; write '*' for one segment, or end the path with it: \"/a/**\"",
                "/a* | has a star inside the segment \"a*\"",
                "/a/*** | has a star inside the segment \"***\"",
                "/a/**b | has a star inside the segment \"**b\"",
            })
    void whatIsWrongIsSaidWithWhatWouldBeRight(String pattern, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathPattern.parse(pattern))
                .withMessageContaining("\"" + pattern + "\" " + message);
    }

    @Test
    void printsAsItWasDeclared() {
        assertThat(PathPattern.parse("/p%65ople/**")).hasToString("/p%65ople/**");
    }
}
