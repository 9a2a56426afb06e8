package io.obogateway.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text as a token. */
class TokenFuzzTest {
    private final Verifier verifier = new Verifier();

    @DictionaryEntries({".", "..", "eyJ", "bm9uZQ", "=", "e30", "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0."})
    @FuzzTest
    void onlyTheGenuineTokensPass(byte[] input) {
        verifier.check(new String(input, StandardCharsets.ISO_8859_1));
    }
}
