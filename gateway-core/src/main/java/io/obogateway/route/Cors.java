package io.obogateway.route;

import java.util.Set;

/**
 * Which other origins' pages may call a route from a browser (Fetch standard, "CORS protocol").
 *
 * @param origins serialized ({@code https://app.example.com}), or {@code *} alone for all; not empty
 */
public record Cors(Set<String> origins) {
    public Cors {
        origins = Set.copyOf(origins);
    }
}
