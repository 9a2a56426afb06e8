package io.obogateway.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What has been found wrong so far. The same problem seen from two sides counts once. */
final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();

    void add(Place place, String path, String message) {
        found.add(new Problem(place, path, message));
    }

    /** Ends the loading if anything was found: what would be looked at next makes no sense without it. */
    void refuse() {
        if (!found.isEmpty()) {
            List<Problem> sorted = new ArrayList<>(found);
            sorted.sort(Problem.IN_READING_ORDER);
            throw new InvalidConfigException(sorted);
        }
    }
}
