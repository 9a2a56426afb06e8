package io.obogateway.route;

import java.util.Set;

/**
 * Which other origins' pages may call a route from a browser (Fetch standard, "CORS protocol").
 *
 * @param origins serialized ({@code https://app.example.com}), or {@code *} alone for all; not empty
 */
public record Cors(Set<String> origins) {
    private static final String ANY = "*";

    public Cors {
        origins = Set.copyOf(origins);
    }

    /** Whether every origin is allowed, also none in particular ({@code null}). */
    public boolean allowsAny() {
        return origins.contains(ANY);
    }

    /** Whether pages of an origin may call. Origins are compared as browsers write them, byte for byte. */
    public boolean allows(String origin) {
        return allowsAny() || origins.contains(origin);
    }
}
