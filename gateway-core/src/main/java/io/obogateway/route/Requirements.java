package io.obogateway.route;

import java.util.Set;

/** What must be in a token beyond being valid: one of each non-empty set. */
public record Requirements(Set<String> scopes, Set<String> roles, Set<String> groups, Set<String> clients) {
    public static final Requirements NONE = new Requirements(Set.of(), Set.of(), Set.of(), Set.of());

    public Requirements {
        scopes = Set.copyOf(scopes);
        roles = Set.copyOf(roles);
        groups = Set.copyOf(groups);
        clients = Set.copyOf(clients);
    }
}
