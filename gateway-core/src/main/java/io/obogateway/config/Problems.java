package io.obogateway.config;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What has been found wrong so far, and what only looks wrong. The same seen from two sides counts once. */
final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();
    private final Set<Problem> warnings = new LinkedHashSet<>();
    private final Instant asOf;

    /**
     * @param asOf the moment that the configuration is judged at: certificates may have expired by then
     */
    Problems(Instant asOf) {
        this.asOf = asOf;
    }

    Instant asOf() {
        return asOf;
    }

    void add(Place place, String path, String message) {
        found.add(new Problem(place, path, message));
    }

    /** Something that is permitted, and most likely a mistake. */
    void warn(Place place, String path, String message) {
        warnings.add(new Problem(place, path, message));
    }

    /** In the order of files and lines. */
    List<Problem> warnings() {
        return sorted(warnings);
    }

    /** Ends the loading if anything was found: what would be looked at next makes no sense without it. */
    void refuse() {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(sorted(found));
        }
    }

    private static List<Problem> sorted(Set<Problem> problems) {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Problem.IN_READING_ORDER);
        return sorted;
    }
}
