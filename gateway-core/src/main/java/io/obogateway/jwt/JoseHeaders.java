package io.obogateway.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/** Headers of genuine tokens by their encoded text. An issuer's tokens share theirs until it changes its key. */
final class JoseHeaders {
    private static final int MAX_ENTRIES = 256;

    private final Cache<String, JoseHeader> known =
            Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();

    @Nullable
    JoseHeader find(String encoded) {
        return known.getIfPresent(encoded);
    }

    /** Call for verified tokens only, so that nobody else can fill this. */
    void keep(Jws token) {
        if (known.getIfPresent(token.encodedHeader()) == null) {
            known.put(token.encodedHeader(), token.header());
        }
    }
}
