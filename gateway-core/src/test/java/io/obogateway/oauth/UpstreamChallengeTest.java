package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A claims challenge is found however it is written, and nothing else is taken for one. */
class UpstreamChallengeTest {
    private static final String CLAIMS = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651?>\"}}}";
    private static final String BASE64 = Base64.getEncoder().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8));
    private static final String BASE64URL =
            Base64.getUrlEncoder().withoutPadding().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer realm=\"\", authorization_uri=\"https://x/authorize\", error=\"insufficient_claims\", claims=\"$\"",
                "Bearer claims=\"$\", error=\"insufficient_claims\"",
                "bearer error=insufficient_claims,claims=$",
                "BEARER   ERROR = \"insufficient_claims\" ,  Claims = \"$\"",
                "Negotiate, Bearer error=\"insufficient_claims\", claims=\"$\"",
                "Negotiate YWJj==, Bearer error=\"insufficient_claims\", claims=\"$\"",
                "Basic realm=\"a, b=\\\"c\\\"\", Bearer error=\"insufficient_claims\", claims=\"$\", Digest nonce=\"x\"",
                "Bearer error=\"invalid_token\", Bearer error=\"insufficient_claims\", claims=\"$\"",
                ", ,Bearer error=\"insufficient_claims\", claims=\"$\",",
            })
    void challengesAreFoundInAnyForm(String field) {
        assertThat(UpstreamChallenge.claims(List.of(field.replace("$", BASE64))))
                .isEqualTo(CLAIMS);
        assertThat(UpstreamChallenge.claims(List.of("Digest nonce=\"1\"", field.replace("$", BASE64URL))))
                .isEqualTo(CLAIMS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer error=\"invalid_token\", claims=\"$\"",
                "Bearer error=\"insufficient_claims\"",
                "Bearer error=\"insufficient_claims\", claims=\"\"",
                "Bearer error=\"insufficient_claims\", claims=\"!!\"",
                "Bearer error=\"insufficient_claims\", claims=\"bm90IGpzb24=\"",
                "DPoP error=\"insufficient_claims\", claims=\"$\"",
                "Bearer error=\"insufficient_claims\", DPoP claims=\"$\"",
                "Bearer realm=\"error=\\\"insufficient_claims\\\", claims=\\\"$\\\"\"",
                "=\"\"",
                "Bearer error=\"insufficient_claims",
            })
    void whatIsNoneIsNotTakenForOne(String field) {
        assertThat(UpstreamChallenge.claims(List.of(field.replace("$", BASE64))))
                .isNull();
    }

    @Test
    void withoutFieldsThereIsNone() {
        assertThat(UpstreamChallenge.claims(List.of())).isNull();
    }
}
