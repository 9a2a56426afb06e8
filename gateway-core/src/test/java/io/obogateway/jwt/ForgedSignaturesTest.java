package io.obogateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
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

/**
 * RSA signatures that are almost right, of the kinds that Project Wycheproof collects: padding changed, another hash
 * claimed, numbers that are the same modulo something. They are made with the private key itself, so nothing but the
 * check of the padding can tell them from good ones.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgedSignaturesTest {
    private static final String SHA256_INFO = "3031300d060960864801650304020105000420";
    private static final String SHA512_INFO = "3051300d060960864801650304020305000440";
    private static final String SHA1_INFO = "3021300906052b0e03021a05000414";

    private final Fixture fixture = new Fixture(List.<JWK>of(Tokens.KEY), entra -> {
        entra.algorithms = Set.of("RS256", "RS512", "PS256");
        return entra;
    });
    private final String rs256 = input("RS256");
    private final String ps256 = input("PS256");

    @BeforeAll
    void fetchKeys() {
        fixture.started();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private String input(String algorithm) {
        String token = fixture.tokens.withHeader("alg", algorithm).value();
        return token.substring(0, token.lastIndexOf('.'));
    }

    private static BearerToken token(String input, byte[] signature) {
        return BearerToken.of(input + "." + Tokens.base64Url(signature));
    }

    /** So that the others are known to fail for what is changed in them. */
    @Test
    void theSameWayUnchangedIsAccepted() throws GeneralSecurityException {
        fixture.verified(token(rs256, raw(padded(hash("SHA-256", rs256), SHA256_INFO))));
        fixture.verified(token(ps256, pss("SHA-256", 32)));
    }

    Stream<Arguments> paddings() throws GeneralSecurityException {
        byte[] hash = hash("SHA-256", rs256);
        byte[] good = padded(hash, SHA256_INFO);
        return Stream.of(
                Arguments.argumentSet("block type 2", changed(good, 1, 2)),
                Arguments.argumentSet("block type 0", changed(good, 1, 0)),
                Arguments.argumentSet("first byte not zero", changed(good, 0, 1)),
                Arguments.argumentSet("a padding byte changed", changed(good, 40, 0xfe)),
                Arguments.argumentSet("a padding byte zero", changed(good, 40, 0)),
                Arguments.argumentSet("no separator", changed(good, good.length - 52, 0xff)),
                Arguments.argumentSet("a byte of the algorithm changed", changed(good, good.length - 40, 0x55)),
                Arguments.argumentSet(
                        "the hash's last byte changed", changed(good, good.length - 1, good[good.length - 1] ^ 1)),
                Arguments.argumentSet("named SHA-1", padded(Arrays.copyOf(hash, 20), SHA1_INFO)),
                Arguments.argumentSet("hash without a name", padded(hash, "")),
                Arguments.argumentSet("really SHA-512", padded(hash("SHA-512", rs256), SHA512_INFO)),
                Arguments.argumentSet(
                        "length in the long form", padded(hash, "308131300d060960864801650304020105000420")),
                Arguments.argumentSet("hash one byte longer", padded(Arrays.copyOf(hash, 33), SHA256_INFO)),
                Arguments.argumentSet("short padding, then rubbish", rubbishBehind(hash)),
                Arguments.argumentSet("empty", new byte[256]));
    }

    @ParameterizedTest
    @MethodSource("paddings")
    void changedPaddingIsWrong(byte[] message) {
        fixture.assertRefused(Check.SIGNATURE, token(rs256, raw(message)));
    }

    Stream<Arguments> numbers() throws GeneralSecurityException {
        byte[] good = raw(padded(hash("SHA-256", rs256), SHA256_INFO));
        BigInteger modulus = modulus();
        return Stream.of(
                Arguments.argumentSet("none", new byte[0]),
                Arguments.argumentSet("zero", new byte[256]),
                Arguments.argumentSet("one", bytes(BigInteger.ONE, 256)),
                Arguments.argumentSet("the modulus", bytes(modulus, 256)),
                Arguments.argumentSet("the modulus less one", bytes(modulus.subtract(BigInteger.ONE), 256)),
                Arguments.argumentSet("negated", bytes(modulus.subtract(new BigInteger(1, good)), 256)),
                Arguments.argumentSet("the modulus added", bytes(modulus.add(new BigInteger(1, good)), 257)),
                Arguments.argumentSet("a zero before it", bytes(new BigInteger(1, good), 257)),
                Arguments.argumentSet("a zero behind it", Arrays.copyOf(good, 257)),
                Arguments.argumentSet("a byte cut off", Arrays.copyOf(good, 255)),
                Arguments.argumentSet("twice", twice(good)));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void otherNumberThanTheSignatureIsWrong(byte[] signature) {
        fixture.assertRefused(Check.SIGNATURE, token(rs256, signature));
    }

    Stream<Arguments> pssVariants() throws GeneralSecurityException {
        return Stream.of(
                Arguments.argumentSet("no salt", pss("SHA-256", 0)),
                Arguments.argumentSet("a shorter salt", pss("SHA-256", 20)),
                Arguments.argumentSet("a longer salt", pss("SHA-256", 48)),
                Arguments.argumentSet("mask of SHA-1", pss("SHA-1", 32)),
                Arguments.argumentSet("PKCS #1 v1.5", raw(padded(hash("SHA-256", ps256), SHA256_INFO))),
                Arguments.argumentSet("zero", new byte[256]));
    }

    @ParameterizedTest
    @MethodSource("pssVariants")
    void pssOfOtherParametersIsWrong(byte[] signature) {
        fixture.assertRefused(Check.SIGNATURE, token(ps256, signature));
    }

    @Test
    void signatureOfAnotherAlgorithmOfTheKeyIsWrong() throws GeneralSecurityException {
        fixture.assertRefused(Check.SIGNATURE, token(rs256, pss("SHA-256", 32)));
        String rs512 = input("RS512");
        fixture.assertRefused(Check.SIGNATURE, token(rs512, raw(padded(hash("SHA-256", rs512), SHA256_INFO))));
    }

    private static byte[] hash(String name, String input) throws GeneralSecurityException {
        return MessageDigest.getInstance(name).digest(input.getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 8017, 9.2. */
    private static byte[] padded(byte[] hash, String info) {
        byte[] name = HexFormat.of().parseHex(info);
        byte[] message = new byte[256];
        Arrays.fill(message, 2, 256, (byte) 0xff);
        message[1] = 1;
        message[255 - hash.length - name.length] = 0;
        System.arraycopy(name, 0, message, 256 - hash.length - name.length, name.length);
        System.arraycopy(hash, 0, message, 256 - hash.length, hash.length);
        return message;
    }

    /** What a reader takes that looks for the hash and not for the end. */
    private static byte[] rubbishBehind(byte[] hash) {
        byte[] message = new byte[256];
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        start.writeBytes(HexFormat.of().parseHex("0001ffffffffffffffff00" + SHA256_INFO));
        start.writeBytes(hash);
        Arrays.fill(message, (byte) 0x5a);
        System.arraycopy(start.toByteArray(), 0, message, 0, start.size());
        return message;
    }

    private static byte[] changed(byte[] message, int at, int value) {
        byte[] changed = message.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] twice(byte[] bytes) {
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        return twice;
    }

    private static RSAPrivateKey key() {
        try {
            return Tokens.KEY.toRSAPrivateKey();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger modulus() {
        return key().getModulus();
    }

    /** The private key applied to these bytes as they are. */
    private static byte[] raw(byte[] message) {
        return bytes(new BigInteger(1, message).modPow(key().getPrivateExponent(), modulus()), 256);
    }

    private byte[] pss(String maskHash, int saltBytes) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec(
                "SHA-256",
                "MGF1",
                maskHash.equals("SHA-1") ? MGF1ParameterSpec.SHA1 : MGF1ParameterSpec.SHA256,
                saltBytes,
                PSSParameterSpec.TRAILER_FIELD_BC));
        signer.initSign(key());
        signer.update(ps256.getBytes(StandardCharsets.US_ASCII));
        return signer.sign();
    }

    private static byte[] bytes(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] bytes = new byte[length];
        int from = Math.max(0, signed.length - length);
        System.arraycopy(signed, from, bytes, length - (signed.length - from), signed.length - from);
        return bytes;
    }
}
