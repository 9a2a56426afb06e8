package io.obogateway.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Base64;

/** Any header, any payload and any signature, well encoded, so that what lies behind the encoding is reached. */
class ClaimsFuzzTest {
    private static final String DEFAULT_SIGNATURE = "c2lnbmF0dXJl";

    private final Verifier verifier = new Verifier();

    @DictionaryEntries({
        "\"alg\":\"RS256\"",
        "\"alg\":\"none\"",
        "\"alg\":\"EdDSA\"",
        "\"kid\":\"rsa-1\"",
        "\"crit\":[\"b64\"]",
        "\"b64\":false",
        "\"jwk\":{}",
        "\"typ\":\"at+jwt\"",
        "\"iss\":\"https://login.example/v2.0\"",
        "\"aud\":[\"gateway-client-id\"]",
        "\"exp\":1795266000",
        "\"exp\":1e400",
        "\"exp\":99999999999999999999",
        "\"scp\":[]",
        "\"groups\":null",
        "\"_claim_names\":{\"groups\":\"src1\"}",
        "\\u0000",
        "\\ud800"
    })
    @FuzzTest
    void aTokenThatNobodySignedIsRefused(byte[] input) {
        byte[][] parts = split(input);
        String signature = parts[2].length == 0 ? DEFAULT_SIGNATURE : encoded(parts[2]);
        verifier.check(encoded(parts[0]) + "." + encoded(parts[1]) + "." + signature);
    }

    /** At the first two line ends. */
    private static byte[][] split(byte[] input) {
        int first = lineEnd(input, 0);
        int second = lineEnd(input, Math.min(first + 1, input.length));
        return new byte[][] {
            part(input, 0, first), part(input, first + 1, second), part(input, second + 1, input.length)
        };
    }

    private static int lineEnd(byte[] input, int from) {
        int at = from;
        while (at < input.length && input[at] != '\n') {
            at++;
        }
        return at;
    }

    private static byte[] part(byte[] input, int from, int to) {
        return from >= to ? new byte[0] : Arrays.copyOfRange(input, from, to);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
