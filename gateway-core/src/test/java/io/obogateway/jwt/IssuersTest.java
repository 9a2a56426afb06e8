package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.RSAKey;
import io.obogateway.error.ErrorCode;
import io.obogateway.http.JsonWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Issuers side by side, for many tenants, described by themselves, and with bad keys among the good. */
class IssuersTest {
    private static final String TENANT = "11111111-aaaa-4bbb-8ccc-222222222222";
    private static final String OTHER_TENANT = "33333333-aaaa-4bbb-8ccc-222222222222";
    private static final String TEMPLATE = "https://login.microsoftonline.com/{tenantid}/v2.0";

    private static BearerToken tokenOf(RSAKey key, Map<String, @Nullable Object> claims) {
        return Tokens.signed(key, JWSAlgorithm.RS256, header -> header, JsonWriter.write(claims));
    }

    private static UnaryOperator<Fixture.IssuerBuilder> discovered(KeyServer server, String... tenants) {
        return entra -> {
            entra.issuer = null;
            entra.jwksUrl = null;
            entra.discoveryUrl = server.discoveryUrl();
            entra.tenants = Set.of(tenants);
            return entra;
        };
    }

    @Test
    void issuersThatShareAKeyIdAreToldApartByIss() throws Exception {
        RSAKey sameId = Tokens.rsa("key-1", 2048);
        try (KeyServer second = new KeyServer();
                Fixture fixture = new Fixture(entra -> entra, other -> {
                    other.name = "other";
                    other.issuer = "https://other.example";
                    other.jwksUrl = second.keysUrl();
                    return other;
                })) {
            second.publish(sameId);
            fixture.started();

            VerifiedToken first = fixture.verified(fixture.tokens.token());
            VerifiedToken others =
                    fixture.verified(tokenOf(sameId, fixture.tokens.claims("iss", "https://other.example")));

            assertThat(first.issuer().name()).isEqualTo("entra");
            assertThat(others.issuer().name()).isEqualTo("other");
            fixture.assertRefused(Check.SIGNATURE, tokenOf(sameId, fixture.tokens.claims()));
            fixture.assertRefused(Check.SIGNATURE, fixture.tokens.token("iss", "https://other.example"));
        }
    }

    @Test
    void routeThatDoesNotAcceptTheIssuerRefusesItsTokensAlsoWhenSeenBefore() {
        try (Fixture fixture = new Fixture(entra -> entra, other -> {
            other.name = "other";
            other.issuer = "https://other.example";
            return other;
        })) {
            BearerToken token = fixture.started().tokens.token();
            fixture.verified(token);

            Fixture.assertRefused(Check.ISSUER, fixture.verifier.verify(token, List.of(fixture.issuers.get(1))));
            Fixture.assertRefused(Check.ISSUER, fixture.verifier.verify(token, List.of()));
            fixture.verified(token);
        }
    }

    @Test
    void oneIssuerMayBeDeclaredTwiceForTwoAudiences() {
        try (Fixture fixture = new Fixture(entra -> entra, second -> {
            second.name = "second";
            second.audiences = Set.of("second-audience");
            return second;
        })) {
            VerifiedToken token = fixture.started().verified(fixture.tokens.token("aud", "second-audience"));

            assertThat(token.issuer().name()).isEqualTo("second");
            fixture.assertRefused(Check.AUDIENCE, fixture.tokens.token("aud", "third"));
        }
    }

    /** An issuer for many tenants, with the keys' own issuers as given. */
    private static Fixture manyTenants(String iss, @Nullable String keyIssuer) {
        Fixture fixture = new Fixture(entra -> {
            entra.issuer = iss;
            entra.tenants = Set.of(TENANT);
            return entra;
        });
        fixture.server.publishMembers(List.of(Tokens.published(Tokens.KEY, "issuer", keyIssuer)));
        return fixture.started();
    }

    private static String issuer(String tenant) {
        return TEMPLATE.replace("{tenantid}", tenant);
    }

    @Test
    void templateStandsForTheTokensOwnTenant() {
        try (Fixture fixture = manyTenants(TEMPLATE, TEMPLATE)) {
            fixture.verified(fixture.tokens.token("iss", issuer(TENANT), "tid", TENANT));

            fixture.assertRefused(Check.TENANT, fixture.tokens.token("iss", issuer(OTHER_TENANT), "tid", OTHER_TENANT));
            fixture.assertRefused(Check.ISSUER, fixture.tokens.token("iss", issuer(OTHER_TENANT), "tid", TENANT));
            fixture.assertRefused(Check.ISSUER, fixture.tokens.token("iss", issuer(TENANT), "tid", OTHER_TENANT));
            fixture.assertRefused(Check.ISSUER, fixture.tokens.token("iss", issuer(TENANT)));
            fixture.assertRefused(Check.ISSUER, fixture.tokens.token("iss", TEMPLATE, "tid", "{tenantid}"));
            fixture.assertRefused(Check.ISSUER, fixture.tokens.token("iss", issuer("x/../y"), "tid", "x/../y"));
        }
    }

    @Test
    void keyOfOneTenantSignsForThatTenantOnly() {
        try (Fixture fixture = manyTenants(TEMPLATE, issuer(OTHER_TENANT))) {
            fixture.assertRefused(Check.KEY_ISSUER, fixture.tokens.token("iss", issuer(TENANT), "tid", TENANT));
        }
    }

    @Test
    void keyThatDoesNotSayWhoseItIsSignsForNoTenantOfATemplate() {
        try (Fixture fixture = manyTenants(TEMPLATE, null)) {
            fixture.assertRefused(Check.KEY_ISSUER, fixture.tokens.token("iss", issuer(TENANT), "tid", TENANT));
        }
    }

    @Test
    void versionOneTokenIsSignedByAKeyThatNamesItsVersionTwoIssuer() {
        try (Fixture fixture = manyTenants("https://sts.windows.net/{tenantid}/", TEMPLATE)) {
            VerifiedToken token = fixture.verified(fixture.tokens.token(
                    "iss",
                    "https://sts.windows.net/" + TENANT + "/",
                    "tid",
                    TENANT,
                    "ver",
                    "1.0",
                    "azp",
                    null,
                    "appid",
                    "client-app"));

            assertThat(token.client()).isEqualTo("client-app");
            assertThat(token.tenant()).isEqualTo(TENANT);
        }
    }

    @Test
    void discoveryGivesNameAndKeys() throws Exception {
        try (KeyServer server = new KeyServer();
                Fixture fixture = new Fixture(discovered(server))) {
            server.publish(Tokens.KEY);
            server.describe();

            fixture.started().verified(fixture.tokens.token());

            assertThat(server.discoveryFetches).hasValue(1);
            assertThat(server.keyFetches).hasValue(1);
        }
    }

    @Test
    void issuerThatCouldNotYetDescribeItselfMakesItsTokensWaitNotWrong() throws Exception {
        try (KeyServer server = new KeyServer();
                Fixture fixture = new Fixture(discovered(server))) {
            server.describe("issuer", null);

            assertThat(fixture.started().refusal(fixture.tokens.token()).code())
                    .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(fixture.verifier.notReady())
                    .containsExactly("issuer entra: the discovery document has no \"issuer\"");
        }
    }

    @Test
    void whatIsConfiguredWinsOverDiscoveryAndServesWithoutIt() throws Exception {
        try (KeyServer server = new KeyServer();
                Fixture fixture = new Fixture(entra -> {
                    entra.discoveryUrl = server.discoveryUrl();
                    return entra;
                })) {
            server.status = 500;

            fixture.started().verified(fixture.tokens.token());

            assertThat(server.discoveryFetches).hasValue(1);
            assertThat(fixture.verifier.notReady()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/keys", "ftp://login.example/keys", "https:///keys", "not a url", ""})
    void keysAreFetchedOverHttpOnly(String jwksUri) throws Exception {
        try (KeyServer server = new KeyServer();
                Fixture fixture = new Fixture(discovered(server))) {
            server.describe("jwks_uri", jwksUri);

            assertThat(fixture.started().verifier.notReady()).hasSize(1);
        }
    }

    @Test
    void secureDiscoveryIsNotFollowedToInsecureKeys() {
        Issuer issuer = discoveredFrom("https://login.example/.well-known/openid-configuration");
        String document = "{\"issuer\":\"https://login.example\",\"jwks_uri\":\"http://login.example/keys\"}";

        assertThatThrownBy(() -> IssuerMetadata.discovered(
                        issuer, URI.create("https://login.example/.well-known/openid-configuration"), document))
                .hasMessage("the discovery document's jwks_uri is not an https address");
    }

    private static Issuer discoveredFrom(String url) {
        Fixture.IssuerBuilder builder = new Fixture.IssuerBuilder(URI.create(url));
        builder.discoveryUrl = URI.create(url);
        builder.issuer = null;
        builder.jwksUrl = null;
        return builder.build();
    }

    @Test
    void discoveryForManyTenantsNeedsAListOfThem() throws Exception {
        try (KeyServer server = new KeyServer();
                Fixture fixture = new Fixture(discovered(server))) {
            server.describe("issuer", TEMPLATE);

            assertThat(fixture.started().verifier.notReady())
                    .singleElement()
                    .asString()
                    .contains("list those to accept in \"tenants\"");
        }
    }

    @Test
    void badKeysAmongGoodOnesAreSkipped() {
        try (Fixture fixture = new Fixture()) {
            List<Map<String, @Nullable Object>> keys = new ArrayList<>();
            keys.add(Map.of("kty", "oct", "kid", "oct", "k", "AAAA", "alg", "HS256"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "private", "d", "AAAA"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "encryption", "use", "enc"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "operations", "key_ops", List.of("encrypt")));
            keys.add(Tokens.published(Tokens.KEY, "kid", "hmac", "alg", "HS256"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "curve", "alg", "ES256"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "modulus", "n", null));
            keys.add(Tokens.published(Tokens.KEY, "kid", "even", "e", "BA"));
            keys.add(Tokens.published(Tokens.KEY, "kid", "one", "e", "AQ"));
            keys.add(Tokens.published(Tokens.ec("point", Curve.P_256), "x", "AAAA"));
            keys.add(Tokens.published(Tokens.rsa("short", 1024)));
            keys.add(Map.of("kty", "unheard-of", "kid", "unheard-of"));
            keys.add(new HashMap<>());
            keys.add(Tokens.published(Tokens.KEY, "x5c", List.of("no certificate")));
            fixture.server.publishMembers(keys);

            fixture.started().verified(fixture.tokens.token());

            for (Map<String, @Nullable Object> key : keys.subList(0, 12)) {
                BearerToken token = fixture.tokens.withHeader("kid", key.get("kid"));
                fixture.assertRefused(Check.KEY_USABLE, token);
            }
            assertThat(fixture.server.keyFetches).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[1,null,\"\"]}",
                "{\"keys\":[],\"keys\":[]}",
                "<html>"
            })
    void documentWithoutUsableKeysLeavesTheLastOnesInPlace(String document) {
        try (Fixture fixture = new Fixture()) {
            fixture.started().server.keys = document;

            fixture.pass(Duration.ofMinutes(66));

            assertThat(fixture.server.keyFetches).hasValue(2);
            fixture.verified(fixture.tokens.token());
        }
    }

    @Test
    void keySetThatIsTooLargeIsNotRead() {
        try (Fixture fixture = new Fixture()) {
            fixture.server.keys = "{\"filler\":\"" + "x".repeat(1 << 20) + "\",\"keys\":[]}";

            assertThat(fixture.started().verifier.notReady()).hasSize(1);
        }
    }

    @Test
    void keysBeyondAThousandAreNotUsed() {
        try (Fixture fixture = new Fixture()) {
            List<Map<String, @Nullable Object>> keys = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                keys.add(Tokens.published(Tokens.OTHER_KEY, "kid", "k" + i));
            }
            keys.add(Tokens.published(Tokens.KEY));
            fixture.server.publishMembers(keys);

            fixture.started().assertRefused(Check.KEY, fixture.tokens.token());
        }
    }
}
