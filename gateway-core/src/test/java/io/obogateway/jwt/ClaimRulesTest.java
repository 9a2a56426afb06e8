package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.obogateway.http.JsonWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7519, 4.1, and what an issuer's configuration asks for, rule by rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimRulesTest {
    private final Fixture fixture = new Fixture(entra -> {
        entra.audiences = Set.of(Tokens.AUDIENCE, "api://gateway");
        entra.tenants = Set.of("tenant-1", "tenant-2");
        entra.versions = Set.of("1.0", "2.0");
        entra.clients = Set.of("client-app", "other-app");
        return entra;
    });

    @BeforeAll
    void fetchKeys() {
        fixture.started();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private static Arguments rule(String what, Check check, @Nullable Object... changes) {
        return Arguments.argumentSet(what, check, (Function<Tokens, BearerToken>) tokens -> token(tokens, changes));
    }

    /** A claim relative to now. */
    private static Arguments date(String what, Check check, String claim, long secondsFromNow) {
        return Arguments.argumentSet(what, check, (Function<Tokens, BearerToken>)
                tokens -> token(tokens, claim, tokens.now() + secondsFromNow));
    }

    /** A claim whose JSON text is exactly this. */
    private static Arguments literal(String claim, String json, Check check) {
        return Arguments.argumentSet(claim + " " + json, check, (Function<Tokens, BearerToken>) tokens -> {
            Map<String, @Nullable Object> claims = tokens.claims("tid", "tenant-1");
            claims.put(claim, "LITERAL");
            String payload = JsonWriter.write(claims).replace("\"LITERAL\"", json);
            return tokens.raw("{\"alg\":\"RS256\",\"kid\":\"key-1\"}", payload);
        });
    }

    private static BearerToken token(Tokens tokens, @Nullable Object... changes) {
        @Nullable Object[] all = Arrays.copyOf(new @Nullable Object[] {"tid", "tenant-1"}, 2 + changes.length);
        System.arraycopy(changes, 0, all, 2, changes.length);
        return tokens.token(all);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                rule("iss missing", Check.ISSUER, "iss", null),
                rule("iss with a slash more", Check.ISSUER, "iss", Tokens.ISSUER + "/"),
                rule("iss in capitals", Check.ISSUER, "iss", "HTTPS://LOGIN.EXAMPLE/v2.0"),
                rule("iss not a string", Check.CLAIM_TYPES, "iss", List.of(Tokens.ISSUER, 1)),
                rule("aud missing", Check.AUDIENCE, "aud", null),
                rule("aud of somebody else", Check.AUDIENCE, "aud", "someone-else"),
                rule("aud empty", Check.AUDIENCE, "aud", List.of()),
                rule("aud of others", Check.AUDIENCE, "aud", List.of("a", "b")),
                rule("aud longer than ours", Check.AUDIENCE, "aud", Tokens.AUDIENCE + "x"),
                rule("aud in capitals", Check.AUDIENCE, "aud", "GATEWAY-CLIENT-ID"),
                rule("aud with a number", Check.CLAIM_TYPES, "aud", List.of(Tokens.AUDIENCE, 1)),
                rule("aud an object", Check.CLAIM_TYPES, "aud", Map.of(Tokens.AUDIENCE, 1)),
                rule("exp missing", Check.EXPIRY_PRESENT, "exp", null),
                literal("exp", "null", Check.EXPIRY_PRESENT),
                literal("exp", "\"4102444800\"", Check.DATES),
                literal("exp", "4102444800.0", Check.DATES),
                literal("exp", "4102444800.5", Check.DATES),
                literal("exp", "4.1e9", Check.DATES),
                literal("exp", "-1", Check.DATES),
                literal("exp", "1e400", Check.DATES),
                literal("exp", "253402300800", Check.DATES),
                literal("exp", "9223372036854775807", Check.DATES),
                literal("exp", "9223372036854775808", Check.DATES),
                literal("exp", "true", Check.DATES),
                literal("exp", "[4102444800]", Check.DATES),
                literal("nbf", "\"0\"", Check.DATES),
                literal("nbf", "0.5", Check.DATES),
                literal("nbf", "-1", Check.DATES),
                literal("iat", "\"0\"", Check.DATES),
                literal("iat", "-0.5", Check.DATES),
                literal("iat", "99999999999999999999", Check.DATES),
                literal("exp", "0", Check.EXPIRY),
                date("exp past, beyond the skew", Check.EXPIRY, "exp", -30),
                date("nbf ahead, beyond the skew", Check.NOT_BEFORE, "nbf", 31),
                date("iat ahead, beyond the skew", Check.ISSUED_AT, "iat", 31),
                rule("tid missing", Check.TENANT, "tid", null),
                rule("tid of others", Check.TENANT, "tid", "tenant-3"),
                rule("tid not a string", Check.CLAIM_TYPES, "tid", 1),
                rule("ver missing", Check.VERSION, "ver", null),
                rule("ver of others", Check.VERSION, "ver", "3.0"),
                rule("ver a number", Check.CLAIM_TYPES, "ver", 2),
                rule("typ of Keycloak's ID token", Check.TOKEN_USE, "typ", "ID"),
                rule("typ of Keycloak's refresh token", Check.TOKEN_USE, "typ", "Refresh"),
                rule("token_use of Cognito's ID token", Check.TOKEN_USE, "token_use", "id"),
                rule("at_hash, as only ID tokens have", Check.TOKEN_USE, "at_hash", "abc"),
                rule("c_hash, as only ID tokens have", Check.TOKEN_USE, "c_hash", "abc"),
                rule("events, as logout tokens have", Check.TOKEN_USE, "events", Map.of()),
                rule("azp of others", Check.CLIENT, "azp", "stranger"),
                rule("azp missing", Check.CLIENT, "azp", null),
                rule("appid of others in v1.0", Check.CLIENT, "ver", "1.0", "appid", "stranger"),
                rule("sub not a string", Check.CLAIM_TYPES, "sub", 1),
                rule("oid an object", Check.CLAIM_TYPES, "oid", Map.of()),
                rule("scp a number", Check.CLAIM_TYPES, "scp", 1),
                rule("roles with an object", Check.CLAIM_TYPES, "roles", List.of(Map.of())),
                rule("groups with a null", Check.CLAIM_TYPES, "groups", Collections.singletonList(null)),
                rule("idtyp a boolean", Check.CLAIM_TYPES, "idtyp", true),
                rule("sub endless", Check.CLAIM_SIZES, "sub", "s".repeat(2049)),
                rule("scp endless", Check.CLAIM_SIZES, "scp", "s".repeat(8193)),
                rule("a role endless", Check.CLAIM_SIZES, "roles", List.of("r".repeat(2049))),
                rule(
                        "groups without end",
                        Check.CLAIM_SIZES,
                        "groups",
                        IntStream.range(0, 2001).mapToObj(Integer::toString).toList()));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedByName(Check check, Function<Tokens, BearerToken> token) {
        fixture.assertRefused(check, token.apply(fixture.tokens));
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                rule("aud among others", Check.AUDIENCE, "aud", List.of("a", "api://gateway")),
                literal("exp", "253402300799", Check.DATES),
                rule("nbf missing", Check.NOT_BEFORE, "nbf", null),
                rule("iat missing", Check.ISSUED_AT, "iat", null),
                date("exp past, within the skew", Check.EXPIRY, "exp", -29),
                date("nbf ahead, within the skew", Check.NOT_BEFORE, "nbf", 30),
                date("iat ahead, within the skew", Check.ISSUED_AT, "iat", 30),
                rule("the other tenant", Check.TENANT, "tid", "tenant-2"),
                rule("appid in v1.0", Check.CLIENT, "ver", "1.0", "azp", null, "appid", "other-app"),
                rule("appid where there is no azp", Check.CLIENT, "azp", null, "appid", "other-app"),
                rule("typ of Keycloak's access token", Check.TOKEN_USE, "typ", "Bearer"),
                rule("token_use of Cognito's access token", Check.TOKEN_USE, "token_use", "access"));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void isAccepted(Check check, Function<Tokens, BearerToken> token) {
        VerifiedToken verified = fixture.verified(token.apply(fixture.tokens));

        assertThat(verified.issuer()).isEqualTo(fixture.issuers.get(0));
    }

    @Test
    void noSentenceHoldsWhatAHeaderFieldCannotQuote() {
        for (Check check : Check.values()) {
            assertThat(check.sentence()).matches("[ -~]+").doesNotContain("\"").doesNotContain("\\");
        }
    }
}
