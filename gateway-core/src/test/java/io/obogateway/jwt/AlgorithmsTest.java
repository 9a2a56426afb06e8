package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import io.obogateway.http.JsonWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every algorithm with its own keys, and none with others' (RFC 7518, RFC 8037, RFC 8725). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlgorithmsTest {
    private static final ECKey P256 = Tokens.ec("p-256", Curve.P_256);
    private static final ECKey P384 = Tokens.ec("p-384", Curve.P_384);
    private static final ECKey P521 = Tokens.ec("p-521", Curve.P_521);
    private static final JWK WEAK = Tokens.rsa("weak", 1024);
    private static final BigInteger P256_ORDER = Curve.P_256.toECParameterSpec().getOrder();

    private final KeyPair ed25519 = ed25519();
    private final Fixture fixture =
            new Fixture(List.of(Tokens.KEY, P256, P384, P521, WEAK, published(ed25519)), entra -> {
                entra.algorithms = Set.of(
                        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");
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

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of("RS256", Tokens.KEY),
                Arguments.of("RS384", Tokens.KEY),
                Arguments.of("RS512", Tokens.KEY),
                Arguments.of("PS256", Tokens.KEY),
                Arguments.of("PS384", Tokens.KEY),
                Arguments.of("PS512", Tokens.KEY),
                Arguments.of("ES256", P256),
                Arguments.of("ES384", P384),
                Arguments.of("ES512", P521));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void signatureOfTheFittingKeyIsRight(String algorithm, JWK key) {
        BearerToken token = fixture.tokens.tokenOf(key, JWSAlgorithm.parse(algorithm));

        assertThat(fixture.verified(token).keyId()).isEqualTo(key.getKeyID());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void signatureOverAnythingElseIsWrong(String algorithm, JWK key) {
        BearerToken mine = fixture.tokens.tokenOf(key, JWSAlgorithm.parse(algorithm));
        BearerToken changed = Tokens.edited(mine, text -> {
            String claims = JsonWriter.write(fixture.tokens.claims("sub", "somebody"));
            text.replace(
                    text.indexOf(".") + 1,
                    text.lastIndexOf("."),
                    Tokens.base64Url(claims.getBytes(StandardCharsets.UTF_8)));
        });

        fixture.assertRefused(Check.SIGNATURE, changed);
    }

    @Test
    void edDsaIsVerifiedWithEd25519() throws GeneralSecurityException {
        String input = input("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}");
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(ed25519.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        byte[] signature = signer.sign();

        fixture.verified(BearerToken.of(input + "." + Tokens.base64Url(signature)));

        signature[0] ^= 1;
        fixture.assertRefused(Check.SIGNATURE, BearerToken.of(input + "." + Tokens.base64Url(signature)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"ES256\",\"kid\":\"key-1\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"key-1\"}",
                "{\"alg\":\"RS256\",\"kid\":\"p-256\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"p-256\"}",
                "{\"alg\":\"ES384\",\"kid\":\"p-256\"}",
                "{\"alg\":\"ES256\",\"kid\":\"p-521\"}",
                "{\"alg\":\"ES256\",\"kid\":\"ed\"}"
            })
    void algorithmOfAnotherKindOfKeyIsRefused(String header) {
        fixture.assertRefused(Check.KEY_ALGORITHM, BearerToken.of(input(header) + ".AAAA"));
    }

    @Test
    void shortRsaKeyVerifiesNothing() {
        int fetches = fixture.server.keyFetches.get();

        fixture.assertRefused(Check.KEY_USABLE, fixture.tokens.tokenOf(WEAK, JWSAlgorithm.RS256));

        assertThat(fixture.server.keyFetches).hasValue(fetches);
    }

    static Stream<Arguments> badEcdsa() {
        BigInteger one = BigInteger.ONE;
        return Stream.of(
                Arguments.argumentSet("both zero", halves(BigInteger.ZERO, BigInteger.ZERO)),
                Arguments.argumentSet("r zero", halves(BigInteger.ZERO, one)),
                Arguments.argumentSet("s zero", halves(one, BigInteger.ZERO)),
                Arguments.argumentSet("r is the order", halves(P256_ORDER, one)),
                Arguments.argumentSet("s is the order", halves(one, P256_ORDER)),
                Arguments.argumentSet("all ones", all(64)),
                Arguments.argumentSet("too short", all(63)),
                Arguments.argumentSet("too long", all(65)),
                Arguments.argumentSet("of P-384's length", all(96)),
                Arguments.argumentSet("in DER", new byte[] {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01}));
    }

    @ParameterizedTest
    @MethodSource("badEcdsa")
    void ecdsaSignatureOutOfRangeIsWrong(byte[] signature) {
        String input = input("{\"alg\":\"ES256\",\"kid\":\"p-256\"}");

        fixture.assertRefused(Check.SIGNATURE, BearerToken.of(input + "." + Tokens.base64Url(signature)));
    }

    private String input(String header) {
        return Tokens.base64Url(header.getBytes(StandardCharsets.UTF_8))
                + "."
                + Tokens.base64Url(JsonWriter.write(fixture.tokens.claims()).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] halves(BigInteger r, BigInteger s) {
        byte[] signature = new byte[64];
        copy(r, signature, 32);
        copy(s, signature, 64);
        return signature;
    }

    private static void copy(BigInteger number, byte[] target, int end) {
        byte[] bytes = number.toByteArray();
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, target, end - length, length);
    }

    private static byte[] all(int length) {
        byte[] signature = new byte[length];
        Arrays.fill(signature, (byte) 0xff);
        return signature;
    }

    private static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static JWK published(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(point))
                .keyID("ed")
                .build();
    }
}
