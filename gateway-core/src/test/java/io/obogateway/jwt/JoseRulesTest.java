package io.obogateway.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import io.obogateway.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7515 and RFC 8725, rule by rule: what a token's form and header must not be, and what a refusal says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoseRulesTest {
    private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"key-1\"}";

    private final Fixture fixture = new Fixture(entra -> {
        entra.algorithms = Set.of("RS256", "RS512");
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

    private static Arguments rule(String what, Check check, Function<Tokens, BearerToken> token) {
        return Arguments.argumentSet(what, check, token);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                rule("longer than any genuine token", Check.SIZE, t -> t.token("filler", "x".repeat(20_000))),
                rule("not three parts", Check.SHAPE, t -> BearerToken.of("abc")),
                rule("two parts", Check.SHAPE, t -> BearerToken.of("abc.def")),
                rule("four parts", Check.SHAPE, t -> BearerToken.of("abc.def.ghi.jkl")),
                rule("six parts", Check.SHAPE, t -> BearerToken.of("a.b.c.d.e.f")),
                rule("nothing but dots", Check.SHAPE, t -> BearerToken.of("..")),
                rule("no payload (detached content)", Check.SHAPE, t -> BearerToken.of("abc..def")),
                rule("JSON serialization", Check.SHAPE, t -> BearerToken.of("{\"payload\":\"e30\"}")),
                rule("JWE", Check.UNENCRYPTED, t -> BearerToken.of("abc.def.ghi.jkl.mno")),
                rule("header of a JWE", Check.UNENCRYPTED, t -> t.withHeader("enc", "A256GCM")),
                rule("header is padded", Check.HEADER_ENCODING, t -> BearerToken.of("e30=.e30.AAAA")),
                rule("header with other characters", Check.HEADER_ENCODING, t -> BearerToken.of("e3 0.e30.AAAA")),
                rule("header in standard base64", Check.HEADER_ENCODING, t -> BearerToken.of("+/+/.e30.AAAA")),
                rule("header with a line break", Check.HEADER_ENCODING, t -> BearerToken.of("e30K\n.e30.AAAA")),
                rule("header beyond ASCII", Check.HEADER_ENCODING, t -> BearerToken.of("e30\u00e9.e30.AAAA")),
                rule("header beyond Latin-1", Check.HEADER_ENCODING, t -> BearerToken.of("e30\u4e00.e30.AAAA")),
                rule("header of impossible length", Check.HEADER_ENCODING, t -> BearerToken.of("e30AA.e30.AAAA")),
                rule("header with unused bits set", Check.HEADER_ENCODING, t -> BearerToken.of("e31.e30.AAAA")),
                rule("header is no JSON", Check.HEADER_JSON, t -> t.raw("alg: RS256", "{}")),
                rule("header is an array", Check.HEADER_JSON, t -> t.raw("[" + HEADER + "]", "{}")),
                rule("header is followed by more", Check.HEADER_JSON, t -> t.raw(HEADER + "{}", "{}")),
                rule(
                        "header with a member twice",
                        Check.HEADER_JSON,
                        t -> t.raw("{\"alg\":\"RS256\",\"alg\":\"RS256\"}", "{}")),
                rule(
                        "header with a member twice, once escaped",
                        Check.HEADER_JSON,
                        t -> t.raw("{\"alg\":\"RS256\",\"\\u0061lg\":\"none\"}", "{}")),
                rule(
                        "header is not UTF-8",
                        Check.HEADER_JSON,
                        t -> t.raw(HEADER.replace("JWT", "\u00e9").getBytes(StandardCharsets.ISO_8859_1), new byte[2])),
                rule("alg none", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "none")),
                rule(
                        "alg none without a signature",
                        Check.ALGORITHM_KIND,
                        t -> BearerToken.of(
                                Tokens.base64Url("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + ".e30.")),
                rule("alg None", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "None")),
                rule("alg HS256", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "HS256")),
                rule("alg HS512", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "HS512")),
                rule("alg of an encryption", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "RSA-OAEP")),
                rule("alg in lower case", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "rs256")),
                rule("alg ES256K", Check.ALGORITHM_KIND, t -> t.withHeader("alg", "ES256K")),
                rule("alg missing", Check.ALGORITHM_KIND, t -> t.withHeader("alg", null)),
                rule("alg not a string", Check.ALGORITHM_KIND, t -> t.withHeader("alg", List.of("RS256"))),
                rule("crit", Check.CRITICAL, t -> t.withHeader("crit", List.of("exp"), "exp", 1)),
                rule("crit empty", Check.CRITICAL, t -> t.withHeader("crit", List.of())),
                rule("b64 false", Check.CRITICAL, t -> t.withHeader("b64", false)),
                rule("b64 false and crit", Check.CRITICAL, t -> t.withHeader("b64", false, "crit", List.of("b64"))),
                rule(
                        "jwk, the key that signed it",
                        Check.EMBEDDED_KEY,
                        t -> t.withHeader("jwk", Tokens.KEY.toPublicJWK().toJSONObject())),
                rule("jku", Check.EMBEDDED_KEY, t -> t.withHeader("jku", "https://evil.example/keys")),
                rule("x5u", Check.EMBEDDED_KEY, t -> t.withHeader("x5u", "https://evil.example/cert")),
                rule("x5c", Check.EMBEDDED_KEY, t -> t.withHeader("x5c", List.of("MII"))),
                rule("typ of a logout token", Check.TYPE, t -> t.withHeader("typ", "logout+jwt")),
                rule("typ of a client assertion", Check.TYPE, t -> t.withHeader("typ", "client-authentication+jwt")),
                rule("typ of a security event", Check.TYPE, t -> t.withHeader("typ", "secevent+jwt")),
                rule("typ of an ID token", Check.TYPE, t -> t.withHeader("typ", "id_token")),
                rule("typ not a string", Check.TYPE, t -> t.withHeader("typ", 1)),
                rule("cty: a token in the token", Check.TYPE, t -> t.withHeader("cty", "JWT")),
                rule("kid not a string", Check.KEY_ID, t -> t.withHeader("kid", 1)),
                rule("kid empty", Check.KEY_ID, t -> t.withHeader("kid", "")),
                rule("kid endless", Check.KEY_ID, t -> t.withHeader("kid", "k".repeat(513))),
                rule("payload is padded", Check.PAYLOAD_ENCODING, t -> t.encoded(header(), "e30=")),
                rule("payload with unused bits set", Check.PAYLOAD_ENCODING, t -> t.encoded(header(), "e31")),
                rule("payload is no JSON", Check.PAYLOAD_JSON, t -> t.raw(HEADER, "iss=me")),
                rule("payload is a string", Check.PAYLOAD_JSON, t -> t.raw(HEADER, "\"e30\"")),
                rule(
                        "payload is a token",
                        Check.PAYLOAD_JSON,
                        t -> t.raw(HEADER, t.token().value())),
                rule("payload nests deeply", Check.PAYLOAD_JSON, t -> t.raw(HEADER, "[".repeat(1000))),
                rule("payload with a claim twice", Check.PAYLOAD_JSON, t -> t.raw(HEADER, twice(t))),
                rule(
                        "payload is not UTF-8",
                        Check.PAYLOAD_JSON,
                        t -> t.raw(
                                HEADER.getBytes(StandardCharsets.UTF_8),
                                JsonWriter.write(t.claims("name", "\u00e9")).getBytes(StandardCharsets.ISO_8859_1))),
                rule(
                        "signature with unused bits set",
                        Check.SIGNATURE_ENCODING,
                        t -> Tokens.edited(
                                t.token(),
                                text -> text.setCharAt(
                                        text.length() - 1, (char) (text.charAt(text.length() - 1) + 1)))),
                rule(
                        "signature is padded",
                        Check.SIGNATURE_ENCODING,
                        t -> Tokens.edited(t.token(), text -> text.append("=="))),
                rule("alg that the issuer may not use", Check.ALGORITHM, t -> t.withHeader("alg", "RS384")),
                rule("alg of another key type", Check.ALGORITHM, t -> t.withHeader("alg", "ES256")),
                rule("alg changed within the key's type", Check.SIGNATURE, t -> t.withHeader("alg", "RS512")),
                rule(
                        "no signature",
                        Check.SIGNATURE,
                        t -> Tokens.edited(t.token(), text -> text.setLength(text.lastIndexOf(".") + 1))),
                rule(
                        "signature cut short",
                        Check.SIGNATURE,
                        t -> Tokens.edited(t.token(), text -> text.setLength(text.length() - 2))),
                rule(
                        "signature of another token",
                        Check.SIGNATURE,
                        t -> BearerToken.of(signed(t.token("sub", "me")) + signature(t.token("sub", "you")))),
                rule(
                        "signature of another key",
                        Check.SIGNATURE,
                        t -> Tokens.signed(
                                Tokens.OTHER_KEY,
                                JWSAlgorithm.RS256,
                                header -> header.keyID("key-1"),
                                JsonWriter.write(t.claims()))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedByName(Check check, Function<Tokens, BearerToken> token) {
        fixture.assertRefused(check, token.apply(fixture.tokens));
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                rule("typ missing", Check.TYPE, t -> t.withHeader("typ", null)),
                rule("typ in lower case", Check.TYPE, t -> t.withHeader("typ", "jwt")),
                rule("typ of RFC 9068", Check.TYPE, t -> t.withHeader("typ", "at+jwt")),
                rule("typ as a whole media type", Check.TYPE, t -> t.withHeader("typ", "application/at+JWT")),
                rule("no kid", Check.KEY_ID, t -> t.withHeader("kid", null)),
                rule("members nobody knows", Check.HEADER_JSON, t -> t.withHeader("x5t", "abc", "nonce", "n")),
                rule("claims beyond ASCII", Check.PAYLOAD_JSON, t -> t.token("name", "\u00c5se \u4e00 \ufffd")));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void isAccepted(Check check, Function<Tokens, BearerToken> token) {
        fixture.verified(token.apply(fixture.tokens));
    }

    private static String header() {
        return Tokens.base64Url(HEADER.getBytes(StandardCharsets.UTF_8));
    }

    private static String twice(Tokens tokens) {
        String claims = JsonWriter.write(tokens.claims());
        return claims.substring(0, claims.length() - 1) + ",\"aud\":\"" + Tokens.AUDIENCE + "\"}";
    }

    private static String signed(BearerToken token) {
        return token.value().substring(0, token.value().lastIndexOf('.') + 1);
    }

    private static String signature(BearerToken token) {
        return token.value().substring(token.value().lastIndexOf('.') + 1);
    }
}
