package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizationUriTest {
    private static final URI ANYWHERE = URI.create("https://login.example/keys");

    private static @Nullable String uri(@Nullable String configured, @Nullable String endpoint, String issuer) {
        Fixture.IssuerBuilder builder = new Fixture.IssuerBuilder(ANYWHERE);
        builder.authorizationUrl = configured == null ? null : URI.create(configured);
        IssuerMetadata metadata = new IssuerMetadata(IssuerPattern.of(issuer), ANYWHERE, endpoint);
        return AuthorizationUri.of(builder.build(), metadata, "tenant");
    }

    @Test
    void configuredOneWins() {
        assertThat(uri("https://mine.example/a", "https://login.example/a", Tokens.ISSUER))
                .isEqualTo("https://mine.example/a");
    }

    @Test
    void discoveredOneComesNextWithItsTenantFilledIn() {
        assertThat(uri(null, "https://login.example/a", Tokens.ISSUER)).isEqualTo("https://login.example/a");
        assertThat(uri(null, "https://login.example/{tenantid}/a", Tokens.ISSUER))
                .isEqualTo("https://login.example/tenant/a");
    }

    @ParameterizedTest
    @CsvSource({
        "https://login.microsoftonline.com/T/v2.0, https://login.microsoftonline.com/T/oauth2/v2.0/authorize",
        "https://login.microsoftonline.us/T/v2.0, https://login.microsoftonline.us/T/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenantid}/v2.0, https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize",
        "https://sts.windows.net/T/, https://login.microsoftonline.com/T/oauth2/v2.0/authorize",
        "https://sts.windows.net/{tenantid}/, https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize"
    })
    void entrasIsKnownByItsIssuer(String issuer, String expected) {
        assertThat(uri(null, null, issuer)).isEqualTo(expected);
    }

    @Test
    void nobodyElsesIsGuessed() {
        assertThat(uri(null, null, "https://login.example/v2.0")).isNull();
    }

    @Test
    void verifierTellsThatOfTheTokensIssuer() {
        try (Fixture fixture = new Fixture(entra -> {
            entra.authorizationUrl = URI.create("https://mine.example/a");
            return entra;
        })) {
            VerifiedToken token = fixture.started().verified(fixture.tokens.token());

            assertThat(fixture.verifier.authorizationUri(token)).isEqualTo("https://mine.example/a");
        }
    }
}
