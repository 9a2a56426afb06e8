package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class Base64UrlTest {

    @Test
    void everyCanonicalTextIsDecoded() {
        Random random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);

            assertThat(decode(Tokens.base64Url(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void noOtherTextOfUpToTwoCharactersIs() {
        for (int a = 0; a < 256; a++) {
            assertThat(decode(String.valueOf((char) a))).isNull();
            for (int b = 0; b < 256; b++) {
                String text = new String(new char[] {(char) a, (char) b});
                byte[] decoded = decode(text);
                assertThat(decoded == null || Tokens.base64Url(decoded).equals(text))
                        .as(text)
                        .isTrue();
            }
        }
    }

    private static byte @Nullable [] decode(String text) {
        byte[] ascii = ("." + text + ".").getBytes(StandardCharsets.ISO_8859_1);
        return Base64Url.decode(ascii, 1, ascii.length - 1);
    }
}
