package io.obogateway.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.error.ErrorCode;
import io.obogateway.oauth.ExchangeOutcome.Failure;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorMappingTest {
    private static final URI URL = URI.create("https://login.example/token");
    private static final ExchangeTarget TARGET = Fixtures.onBehalfOf(Fixtures.entra(URL));

    private static Failure map(String error, int code, ExchangeTarget target) {
        List<Integer> codes = code == 0 ? List.of() : List.of(code);
        return ErrorMapping.failure(new TokenResponse.Refused(error, null, codes, null, null), target, "calling-app");
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_grant,            65001,  CONSENT_REQUIRED,          true",
        "interaction_required,     90094,  CONSENT_REQUIRED,          true",
        "consent_required,         0,      CONSENT_REQUIRED,          true",
        "invalid_grant,            50105,  ACCESS_DENIED,             true",
        "invalid_grant,            501051, ACCESS_DENIED,             true",
        "interaction_required,     53003,  ACCESS_DENIED,             true",
        "access_denied,            0,      ACCESS_DENIED,             true",
        "invalid_grant,            500133, TOKEN_INVALID,             true",
        "invalid_grant,            50013,  TOKEN_INVALID,             true",
        "invalid_grant,            0,      TOKEN_INVALID,             true",
        "interaction_required,     0,      TOKEN_INVALID,             true",
        "invalid_client,           7000222, PROVIDER_REJECTED_GATEWAY, false",
        "unauthorized_client,      700016, PROVIDER_REJECTED_GATEWAY, true",
        "invalid_scope,            70011,  PROVIDER_REJECTED_GATEWAY, true",
        "invalid_resource,         500011, PROVIDER_REJECTED_GATEWAY, true",
        "invalid_target,           0,      PROVIDER_REJECTED_GATEWAY, true",
        "unsupported_grant_type,   70003,  PROVIDER_REJECTED_GATEWAY, true",
        "invalid_request,          0,      PROVIDER_REJECTED_GATEWAY, true",
        "something_new,            0,      PROVIDER_REJECTED_GATEWAY, true",
        "temporarily_unavailable,  90033,  PROVIDER_UNAVAILABLE,      false",
        "server_error,             0,      PROVIDER_UNAVAILABLE,      false",
        "invalid_grant,            50196,  PROVIDER_UNAVAILABLE,      true",
    })
    void faultDecidesTheStatus(String error, int code, ErrorCode expected, boolean remembered) {
        Failure failure = map(error, code, TARGET);

        assertThat(failure.refusal().code()).isEqualTo(expected);
        assertThat(failure.remembered()).isEqualTo(remembered);
        assertThat(failure.refusal().error()).isEqualTo(error);
    }

    @Test
    void claimsDecideBeforeAnythingElse() {
        Failure failure = ErrorMapping.failure(
                new TokenResponse.Refused("invalid_client", null, List.of(7000215), null, "{\"a\":1}"), TARGET, null);

        assertThat(failure.refusal().code()).isEqualTo(ErrorCode.CLAIMS_CHALLENGE);
        assertThat(failure.claims()).isEqualTo("{\"a\":1}");
        assertThat(failure.remembered()).isTrue();
    }

    @Test
    void suberrorTellsConsentWithoutANumber() {
        Failure failure = ErrorMapping.failure(
                new TokenResponse.Refused("invalid_grant", "consent_required", List.of(), null, null), TARGET, null);

        assertThat(failure.refusal().code()).isEqualTo(ErrorCode.CONSENT_REQUIRED);
    }

    @ParameterizedTest
    @CsvSource({"invalid_grant,501051", "access_denied,0", "consent_required,0", "invalid_grant,0", "invalid_request,0"
    })
    void withoutAnEmployeesTokenTheRefusalIsAboutTheGateway(String error, int code) {
        ExchangeTarget application = Fixtures.asApplication(Fixtures.entra(URL));

        assertThat(map(error, code, application).refusal().code()).isEqualTo(ErrorCode.PROVIDER_REJECTED_GATEWAY);
    }

    @Test
    void remedyNamesTheGatewayAndTheTarget() {
        assertThat(map("invalid_grant", 65001, TARGET).refusal().remedy())
                .isEqualTo("An administrator must consent to the gateway's application gateway-id calling "
                        + Fixtures.SCOPE + " on behalf of users.");
        assertThat(map("invalid_grant", 501051, TARGET).refusal().remedy())
                .contains("accessPolicy.inbound", Fixtures.SCOPE);
        assertThat(map("invalid_grant", 0, TARGET).refusal().remedy()).isNull();
    }

    @Test
    void invalidRequestOfATokenExchangeIsAboutTheSubjectToken() {
        TokenExchangeProvider provider = new TokenExchangeProvider(
                "tokenx",
                URL,
                "gateway",
                List.of(new ClientSecretPost(new Secret("s"))),
                TokenExchangeProvider.JWT,
                ProviderLimits.DEFAULT);

        assertThat(map("invalid_request", 0, Fixtures.onBehalfOf(provider))
                        .refusal()
                        .code())
                .isEqualTo(ErrorCode.TOKEN_INVALID);
    }
}
