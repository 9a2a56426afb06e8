package io.obogateway.config;

import io.obogateway.oauth.Grant;
import io.obogateway.route.RateLimit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how many requests of one caller a route takes. */
final class RateLimitReader {
    private static final int MAX_REQUESTS = 1_000_000_000;

    private RateLimitReader() {}

    /** Of {@code route-defaults}, which need not be complete: what they say is checked. */
    static void check(Section defaults) {
        Section section = defaults.optional("rate-limit");
        if (section != null) {
            read(section, section.key("requests"), section.key("per"));
        }
    }

    /** Null: every request is taken, or a problem was reported. */
    static @Nullable RateLimit read(Section route, Set<Grant> grants) {
        Section section = route.optional("rate-limit");
        if (section == null) {
            return null;
        }
        Key requests = section.key("requests");
        Key per = section.key("per");
        RateLimit read = read(section, requests, per);
        if (route.says("rate-limit")) {
            requests.missing("has no value; say how many requests of one caller are taken, such as 100");
        }
        if (requests.absent()) {
            return null;
        }
        if (per.absent()) {
            requests.problem("needs per beside it, the time in which they may come, such as per = 1m");
            return null;
        }
        if (grants.contains(Grant.ANONYMOUS) && read.key() != RateLimit.Key.ADDRESS) {
            route.problem(
                    "rate-limit",
                    "an anonymous route looks at no token, so it knows no " + Choice.word(read.key())
                            + "; write key = address, or choose another grant");
        }
        return read;
    }

    private static RateLimit read(Section section, Key requests, Key per) {
        RateLimit read = new RateLimit(
                requests.integer(1, MAX_REQUESTS, 1),
                per.duration(SettingsReader.MILLISECOND, SettingsReader.DAY, SettingsReader.DAY),
                Choice.of(section.key("key"), RateLimit.Key.EMPLOYEE));
        section.refuseUnknown();
        return read;
    }
}
