package io.obogateway.access;

import static io.obogateway.access.Gateway.route;
import static io.obogateway.oauth.Grant.ON_BEHALF_OF;
import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.fakeentra.FakeEntra;
import io.obogateway.fakeentra.FakeEntraExtension;
import io.obogateway.http.TestHead;
import io.obogateway.route.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A preflight is about the route that would take the request, not about one that takes OPTIONS. */
@ExtendWith(FakeEntraExtension.class)
class PreflightTest {
    private static final String APP = "https://app.example";

    private final FakeEntra entra;
    private Gateway gateway;

    PreflightTest(FakeEntra entra) {
        this.entra = entra;
        this.gateway = new Gateway(entra);
    }

    @BeforeEach
    void routes() {
        gateway.close();
        gateway = new Gateway(
                entra,
                route(entra, "read", "/people/**", ON_BEHALF_OF)
                        .methods("GET", "OPTIONS")
                        .cors(APP)
                        .rateLimit(1, Duration.ofDays(1), RateLimit.Key.ADDRESS),
                route(entra, "write", "/people/**", ON_BEHALF_OF).methods("PUT"),
                route(entra, "admin", "/people/admin", ON_BEHALF_OF),
                route(entra, "other", "/other", ON_BEHALF_OF)
                        .hosts("other.test")
                        .cors("*"));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static TestHead preflight(String target, String method) {
        return TestHead.of("OPTIONS", target).with("Origin", APP).with("Access-Control-Request-Method", method);
    }

    private ErrorCode refused(TestHead head) {
        return gateway.refusal(head).code();
    }

    @Test
    void itIsAnsweredWithoutATokenAndIsNotCounted() {
        for (int i = 0; i < 3; i++) {
            Decision decision = gateway.decide(preflight("/people/7", "GET"));

            assertThat(decision).isInstanceOfSatisfying(Decision.Preflight.class, allowed -> {
                assertThat(allowed.route().name()).isEqualTo("read");
                assertThat(allowed.methods()).isEqualTo("GET, OPTIONS");
                assertThat(allowed.fields()).isEmpty();
            });
        }
        assertThat(entra.tokenRequests()).isEmpty();
    }

    @Test
    void routeOfTheRequestedMethodDecides() {
        assertThat(refused(preflight("/people/7", "PUT"))).isEqualTo(ErrorCode.TOKEN_MISSING);
        assertThat(refused(preflight("/people/admin", "GET"))).isEqualTo(ErrorCode.TOKEN_MISSING);
    }

    @Test
    void hostIsMatchedToo() {
        assertThat(refused(preflight("/other", "GET"))).isEqualTo(ErrorCode.NO_ROUTE);
    }

    @Test
    void ambiguousPathIsRefusedAsAny() {
        assertThat(refused(preflight("/people/..;/x", "GET"))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(preflight("/people/;x/admin", "GET"))).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void onlyOptionsWithBothFieldsIsOne() {
        TestHead options = TestHead.of("OPTIONS", "/people/7");

        assertThat(refused(options)).isEqualTo(ErrorCode.TOKEN_MISSING);
        assertThat(refused(options.with("Origin", APP))).isEqualTo(ErrorCode.TOKEN_MISSING);
        assertThat(refused(options.with("Access-Control-Request-Method", "GET")))
                .isEqualTo(ErrorCode.TOKEN_MISSING);
        assertThat(refused(TestHead.get("/people/7").with("Origin", APP).with("Access-Control-Request-Method", "GET")))
                .isEqualTo(ErrorCode.TOKEN_MISSING);
    }

    @Test
    void refusalForThePagesOriginKnowsTheRoute() {
        Decision.Reject reject = gateway.rejected(TestHead.of("OPTIONS", "/people/7")
                .with("Origin", "https://evil.example")
                .with("Access-Control-Request-Method", "GET"));

        assertThat(reject.refusal().code()).isEqualTo(ErrorCode.ORIGIN_NOT_ALLOWED);
        assertThat(reject.refusal().remedy()).contains("cors.origins");
        assertThat(reject.route()).isNotNull();
    }
}
