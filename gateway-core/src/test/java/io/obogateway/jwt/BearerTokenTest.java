package io.obogateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestHead;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "bearer abc", "BEARER abc", "Bearer   abc"})
    void schemeIsCaseInsensitive(String field) {
        assertThat(BearerToken.from(new Head(List.of(field))).value()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic YTpi", "Bearerabc", "abc", "Bearer\tabc"})
    void anythingElseIsNoToken(String field) {
        assertRefused(ErrorCode.TOKEN_MISSING, List.of(field));
    }

    @Test
    void noFieldIsNoToken() {
        assertRefused(ErrorCode.TOKEN_MISSING, List.of());
    }

    @Test
    void twoFieldsAreAmbiguous() {
        assertRefused(ErrorCode.BAD_REQUEST, List.of("Bearer abc", "Bearer abc"));
    }

    @Test
    void digestIsThatOfTheTokenAlone() {
        BearerToken token = BearerToken.from(new Head(List.of("bearer abc")));

        assertThat(token.digest()).isEqualTo(TokenDigest.of("abc"));
        assertThat(token.toString()).doesNotContain("abc");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 511, 512, 513, 1024, 3000})
    void digestIsSha256WhateverTheLength(int length) throws Exception {
        String text = "aB3-_.".repeat(length).substring(0, length);
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        ByteBuffer longs = ByteBuffer.wrap(expected);

        BearerToken token = BearerToken.from(new Head(List.of("Bearer " + text + " ")));

        assertThat(token.digest())
                .isEqualTo(new TokenDigest(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong()))
                .isEqualTo(TokenDigest.of(text.getBytes(StandardCharsets.US_ASCII)));
        assertThat(token.value()).isEqualTo(text);
    }

    @Test
    void charactersBeyondOneByteAreNotTakenForOthers() {
        assertThat(TokenDigest.of("\u0161bc")).isNotEqualTo(TokenDigest.of("abc"));
        assertThat(TokenDigest.of("\ud83d\ude00bc")).isNotEqualTo(TokenDigest.of("?bc"));
        assertThat(BearerToken.of("\ud83d\ude00bc").digest()).isEqualTo(TokenDigest.of("\ud83d\ude00bc"));
    }

    @Test
    void aTokenIsCopiedOnceToFindOutWhetherItIsKnown() {
        RequestHead head = new Head(List.of("Bearer " + "x".repeat(2000)));
        BearerToken.from(head).digest();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();

        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < 100; i++) {
            BearerToken.from(head).digest();
        }

        assertThat((threads.getThreadAllocatedBytes(id) - before) / 100).isBetween(2000L, 3000L);
    }

    private static void assertRefused(ErrorCode code, List<String> authorization) {
        assertThatThrownBy(() -> BearerToken.from(new Head(authorization)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** A request with nothing but its {@code Authorization} fields. */
    private record Head(List<String> authorization) implements RequestHead {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String target() {
            return "/";
        }

        @Override
        public String host() {
            return "gateway.example";
        }

        @Override
        public String clientAddress() {
            return "192.0.2.1";
        }

        @Override
        public @Nullable String field(String name) {
            return fields(name).isEmpty() ? null : fields(name).get(0);
        }

        @Override
        public List<String> fields(String name) {
            return name.toLowerCase(Locale.ROOT).equals("authorization") ? authorization : List.of();
        }
    }
}
