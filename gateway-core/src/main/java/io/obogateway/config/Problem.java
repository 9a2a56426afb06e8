package io.obogateway.config;

import java.util.Comparator;

/**
 * Something wrong with a configuration, or most likely so, and how to put it right.
 *
 * @param place where it was written
 * @param path of the key; empty when the problem is the file's
 * @param message what is wrong and what would be right; never a secret
 */
public record Problem(Place place, String path, String message) {
    static final Comparator<Problem> IN_READING_ORDER = Comparator.comparing(
                    (Problem problem) -> problem.place().file())
            .thenComparingInt(problem -> problem.place().line());

    @Override
    public String toString() {
        return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
