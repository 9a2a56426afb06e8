package io.obogateway.route;

import static io.obogateway.route.TestRoute.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/people/7?a=1, http://u, /people/7?a=1",
        "/people/7?a=1, http://u/, /people/7?a=1",
        "/people/7?a=1, http://u/api, /api/people/7?a=1",
        "/people/7?a=1, http://u/api/v1//, /api/v1/people/7?a=1",
        "/p%65ople/%c3%a6;x//y?%zz, http://u, /p%65ople/%c3%a6;x//y?%zz",
        "http://h/people/7, http://u/%61pi, /%61pi/people/7",
        "http://h/people?x, http://u, /people?x",
    })
    void targetIsForwardedAsItCameBehindTheUpstreamsPath(String received, String upstream, String target) {
        assertThat(target(route("r", "/**").upstream(upstream), received)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "/people/**, /people/7, /7",
        "/people/**, /people/7?a=/b, /7?a=/b",
        "/people/**, /people, /",
        "/people/**, /people/, /",
        "/people/**, /people?a, /?a",
        "/people/**, /p%65ople/%c3%a6;x, /%c3%a6;x",
        "/people/**, http://h/people/7, /7",
        "/api/v1/*/x/**, /api/v1/7/x/8, /7/x/8",
        "/people, /people, /",
        "/people/, /people/, /",
        "/*/x, /7/x, /7/x",
        "/**, /people/7, /people/7",
    })
    void literalBeginningOfThePatternIsStripped(String pattern, String received, String target) {
        assertThat(target(route("r", pattern).stripPrefix(), received)).isEqualTo(target);
        assertThat(target(route("r", pattern).stripPrefix().upstream("http://u/base"), received))
                .isEqualTo("/base" + target);
    }

    @ParameterizedTest
    @CsvSource({"/people//evil.example/x", "/people//", "/people///x?y"})
    void strippingNeverUncoversWhatReadsAsAHost(String received) {
        for (String upstream : List.of("http://u", "http://u/base")) {
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(
                            () -> target(route("r", "/people/**").stripPrefix().upstream(upstream), received))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                    .withMessageContaining("empty segment right behind the prefix");
        }
    }

    @Test
    void untouchedTargetIsNotCopied() {
        String received = new String("/people/7?a=1");

        assertThat(target(route("r", "/people/**"), received)).isSameAs(received);
    }

    private static String target(TestRoute route, String received) {
        RequestPath path = RequestPath.parse(received);
        return new RouteTable(List.of(route.build()))
                .match("GET", "h", path)
                .taken()
                .upstreamTarget()
                .of(path);
    }
}
