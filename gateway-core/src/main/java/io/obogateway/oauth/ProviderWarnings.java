package io.obogateway.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.obogateway.error.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator has to put right with one provider, until it works again or nobody has met it for an hour. */
final class ProviderWarnings {
    private static final int MAX = 50;
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final String CREDENTIALS = "credentials";
    private static final String NEXT = "next credential";
    private static final String TROUBLE = "trouble";

    private static final Logger LOG = LoggerFactory.getLogger(ProviderWarnings.class);

    private final String provider;
    /* by what they are about: a fixed word, or the scope */
    private final Cache<String, String> current;

    ProviderWarnings(String provider, Clock clock) {
        this.provider = provider;
        this.current = Caffeine.newBuilder()
                .maximumSize(MAX)
                .expireAfterWrite(MEMORY)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    void accepted(ExchangeTarget target, boolean byNextCredential) {
        current.invalidate(CREDENTIALS);
        current.invalidate(TROUBLE);
        current.invalidate(subject(target));
        if (byNextCredential) {
            current.put(
                    NEXT, "provider " + provider + " refuses the current client credential; the next one is in use");
        } else {
            current.invalidate(NEXT);
        }
    }

    void rejected(ExchangeTarget target, Refusal refusal, boolean credential) {
        String remedy = refusal.remedy() == null ? "" : " " + refusal.remedy();
        if (credential) {
            current.put(CREDENTIALS, "provider " + provider + " refuses the gateway's client credentials." + remedy);
        } else {
            current.put(subject(target), refusal.detail() + "." + remedy);
        }
    }

    /** It gave no answer that tells of a token, in all the tries that a request has. */
    void troubled(String why) {
        String warning = "provider " + provider + " gives no tokens: " + why;
        if (current.asMap().put(TROUBLE, warning) == null) {
            LOG.warn("{}; it is asked on, and told of again once it has answered", warning);
        }
    }

    List<String> current() {
        return List.copyOf(current.asMap().values());
    }

    private static String subject(ExchangeTarget target) {
        return target.grant().configName() + " " + target.wanted();
    }
}
