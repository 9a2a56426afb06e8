package io.obogateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldLinesTest {
    private static final String NO_NAME = "a header field does not begin with a name and a colon";
    private static final String BAD_VALUE = "a header field's value has a character that it may not have";

    /** The line stands between others in its buffer. */
    private static @Nullable String violation(String line) {
        ByteBuf in = Unpooled.copiedBuffer("\0\0\0" + line + "\0\0\0", StandardCharsets.ISO_8859_1);
        try {
            return FieldLines.violation(in, 3, 3 + line.length());
        } finally {
            in.release();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:",
                "A: b",
                "X-Under_score.~!#$%&'*+-^`|09Zz: v",
                "a: with a\ttab, \"quotes\" and \u00e9\u00ff in it",
                "a:   \t  "
            })
    void aNameAColonAndWhateverIsVisible(String line) {
        assertThat(violation(line)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ": v",
                "a",
                "a b: v",
                "a : v",
                "a\t: v",
                "a\u00e9: v",
                "a\u0000: v",
                "(a): v",
                "\u007f: v"
            })
    void whatBeginsWithNoNameIsNoField(String line) {
        assertThat(violation(line)).isEqualTo(NO_NAME);
    }

    @Test
    void eachControlCharacterButTheTabIsFoundWhereverItStands() {
        for (int c = 0; c <= 0xff; c++) {
            boolean control = c < 0x20 && c != '\t' || c == 0x7f;
            for (int length = 1; length <= 20; length++) {
                for (int at = 0; at < length; at++) {
                    String line = "n:" + "v".repeat(at) + (char) c + "v".repeat(length - at - 1);
                    assertThat(violation(line))
                            .as("%02x at %d of %d", c, at, length)
                            .isEqualTo(control ? BAD_VALUE : null);
                }
            }
        }
    }

    @Test
    void neighboursHideNothing() {
        Random random = new Random(20261121);
        String letters = "\0\t\u001f !~\u007f\u0080\u00a0\u00ffvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder("v"); // Netty looks at the value without the blanks around it
            for (int left = random.nextInt(40); left > 0; left--) {
                value.append(letters.charAt(random.nextInt(letters.length())));
            }
            boolean valid = HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0;
            assertThat(violation("n:" + value)).as("%s", value).isEqualTo(valid ? null : BAD_VALUE);
        }
    }

    @Test
    void aNameHasTheCharactersOfATokenAndNoOthers() {
        for (int c = 0; c <= 0xff; c++) {
            boolean token = c < 0x80 && HttpHeaderValidationUtil.validateToken(String.valueOf((char) c)) < 0;
            assertThat(FieldLines.isTokenChar((byte) c)).as("%02x", c).isEqualTo(token);
        }
    }
}
