package io.obogateway.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified before, by digest, so that a token that comes again costs a look-up instead of a signature.
 * Bounded in bytes. What is remembered is what is true of the token whoever asks; which issuers the asking route accepts
 * is looked at every time. Nothing is found once the token has expired or the issuer has withdrawn the key.
 */
final class VerifiedTokens {
    /** Tens of thousands of tokens; a small heap gives an eighth. */
    private static final long MAX_BYTES =
            Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

    /** Objects, references and sets of an entry, beside the text of the token and of its claims. */
    private static final int ENTRY_BYTES = 1024;

    private record Entry(VerifiedToken token, IssuerKeys issuer, PublishedKey key, long expiresAtMillis) {}

    private final Cache<TokenDigest, Entry> entries;
    private final Clock clock;

    VerifiedTokens(Clock clock) {
        this(clock, MAX_BYTES);
    }

    VerifiedTokens(Clock clock, long maxBytes) {
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .executor(Runnable::run) // little work, and no thread to hand it to
                .maximumWeight(maxBytes)
                .weigher((TokenDigest digest, Entry entry) -> weight(entry))
                .expireAfter(Expiry.<TokenDigest, Entry>creating((digest, entry) -> life(entry)))
                .build();
    }

    /** The claims that are kept are no longer than the token that encodes them. */
    private static int weight(Entry entry) {
        return ENTRY_BYTES + 2 * entry.token().value().length();
    }

    private Duration life(Entry entry) {
        return Duration.ofMillis(Math.max(0, entry.expiresAtMillis() - clock.millis()));
    }

    @Nullable
    VerifiedToken find(TokenDigest digest, List<Issuer> accepted, long nowMillis) {
        Entry entry = entries.getIfPresent(digest);
        if (entry == null) {
            return null;
        }
        if (nowMillis >= entry.expiresAtMillis() || !entry.issuer().trusts(entry.key(), nowMillis)) {
            entries.invalidate(digest);
            return null;
        }
        return accepts(accepted, entry.issuer().issuer()) ? entry.token() : null;
    }

    private static boolean accepts(List<Issuer> accepted, Issuer issuer) {
        for (int i = 0; i < accepted.size(); i++) {
            if (accepted.get(i).name().equals(issuer.name())) {
                return true;
            }
        }
        return false;
    }

    void keep(VerifiedToken token, IssuerKeys issuer, PublishedKey key) {
        Entry entry = new Entry(token, issuer, key, token.expiresAt().toEpochMilli());
        if (clock.millis() < entry.expiresAtMillis()) {
            entries.put(token.digest(), entry);
        }
    }

    /** How many bytes are held, roughly; for tests and metrics. */
    long bytes() {
        entries.cleanUp();
        return entries.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
