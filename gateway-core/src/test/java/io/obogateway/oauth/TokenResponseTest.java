package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.Backchannel.Answer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenResponseTest {
    private static TokenResponse read(int status, String body) {
        return TokenResponse.read(new Answer(status, Map.of(), body));
    }

    private static @Nullable Long expiresIn(String value) {
        TokenResponse response = read(200, "{\"access_token\":\"x\",\"expires_in\":" + value + "}");
        return response instanceof TokenResponse.Token token ? token.expiresIn() : Long.valueOf(-1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"3599,3599", "'\"3599\"',3599", "3599.0,3599", "1,1", "31622400,31622400"})
    void lifetimeIsANumberOrAString(String value, long seconds) {
        assertThat(expiresIn(value)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "null",
                "true",
                "\"\"",
                "\"-5\"",
                "\"soon\"",
                "\"1e3\"",
                "12.5",
                "1099511627776",
                "\"1099511627776\"",
                "1e300",
                "99999999999999999999999",
                "\"99999999999999999999999\"",
                "[3599]"
            })
    void nonsenseIsNoLifetime(String value) {
        assertThat(expiresIn(value)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
    void tokenTypeIsComparedWithoutCase(String type) {
        assertThat(read(200, "{\"access_token\":\"x\",\"token_type\":\"" + type + "\"}"))
                .isInstanceOf(TokenResponse.Token.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "<html></html>",
                "{}",
                "{\"access_token\":\"\"}",
                "{\"access_token\":7}",
                "{\"access_token\":null}",
                "{\"access_token\":\"a b\"}",
                "{\"access_token\":\"a\\r\\nx-evil: 1\"}",
                "{\"access_token\":\"a\\u0000\"}",
                "{\"access_token\":\"\u00e6\"}",
                "{\"access_token\":\"x\",\"token_type\":\"DPoP\"}",
                "{\"access_token\":\"x\",\"token_type\":7}",
                "{\"access_token\":\"x\",\"access_token\":\"y\"}",
                "{\"access_token\":\"x\"} {}",
                "{\"error\":\"invalid_grant\"}"
            })
    void whatIsNoTokenIsNotTakenForOne(String body) {
        assertThat(read(200, body)).isInstanceOf(TokenResponse.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302})
    void otherStatusesAreNoAnswer(int status) {
        assertThat(read(status, "{\"access_token\":\"x\"}")).isInstanceOf(TokenResponse.Invalid.class);
    }

    @Test
    void errorIsReadWithItsHints() {
        assertThat(read(
                        400,
                        "{\"error\":\"interaction_required\",\"suberror\":\"basic_action\",\"error_codes\":[50079,7],"
                                + "\"correlation_id\":\"0a-1\",\"claims\":\"{\\n \\\"access_token\\\": {}}\"}"))
                .isEqualTo(new TokenResponse.Refused(
                        "interaction_required", "basic_action", List.of(50079, 7), "0a-1", "{\"access_token\":{}}"));
    }

    @Test
    void numberIsFoundInTheDescriptionWhereTheListIsLost() {
        assertThat(read(400, "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS65001: The user\"}"))
                .isEqualTo(new TokenResponse.Refused("invalid_grant", null, List.of(65001), null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"\"}",
                "{\"error\":7}",
                "{\"error\":\"a b\"}",
                "{\"error\":\"a\\\"b\"}",
                "{\"message\":\"no\"}",
                "Forbidden"
            })
    void errorWithoutACodeIsNoAnswer(String body) {
        assertThat(read(403, body)).isInstanceOf(TokenResponse.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"no json\"", "\"[]\"", "\"{}\"", "7", "null", "\"{\\\"a\\\":1} x\""})
    void claimsThatNobodyCouldMeetAreNone(String claims) {
        TokenResponse response = read(400, "{\"error\":\"invalid_grant\",\"claims\":" + claims + "}");

        assertThat(response).isEqualTo(new TokenResponse.Refused("invalid_grant", null, List.of(), null, null));
    }

    @Test
    void claimsKeepEverythingButTheSpaceBetweenTokens() {
        assertThat(ClaimsParameter.minified("{ \"a b\" : \"\\\" c \\\\\" ,\t\"n\" : null, \"d\": 1.50 }"))
                .isEqualTo("{\"a b\":\"\\\" c \\\\\",\"n\":null,\"d\":1.50}");
    }
}
