package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same checks, listed for people. */
class ExplainTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<Check.Result> explained(BearerToken token) {
        return Fixture.await(fixture.verifier.explain(token, fixture.issuers));
    }

    @Test
    void goodTokenPassesEveryCheckInOrder() {
        BearerToken token = fixture.started().tokens.token();
        fixture.verified(token);

        List<Check.Result> results = explained(token);

        assertThat(results).extracting(Check.Result::check).containsExactly(Check.values());
        assertThat(results).allMatch(Check.Result::passed);
    }

    @Test
    void badTokenPassesTheChecksBeforeTheOneThatItsRefusalNames() {
        BearerToken token = fixture.started().tokens.token("aud", "someone-else");

        List<Check.Result> results = explained(token);

        assertThat(results.get(results.size() - 1)).isEqualTo(new Check.Result(Check.AUDIENCE, false));
        assertThat(results.subList(0, results.size() - 1)).allMatch(Check.Result::passed);
        assertThat(fixture.refusal(token).detail()).isEqualTo(Check.AUDIENCE.sentence());
    }

    @Test
    void withoutKeysThereIsNothingToExplain() {
        fixture.server.status = 500;
        fixture.started();

        assertThat(fixture.verifier.explain(fixture.tokens.token(), fixture.issuers))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE));
    }
}
