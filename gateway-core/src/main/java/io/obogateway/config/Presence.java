package io.obogateway.config;

import java.util.ArrayList;
import java.util.List;

/** Decides whether an issuer or a provider is there at all: one whose variables are all unset is simply absent. */
final class Presence {
    private Presence() {}

    /**
     * The variables to set for a block that is absent; empty for one that is there.
     *
     * @param needed the keys without which it cannot be, one of which at least would be set
     * @param all its keys that variables may give
     */
    static List<String> unset(Section block, List<String> needed, List<String> all) {
        List<String> unset = new ArrayList<>();
        for (String name : all) {
            boolean there = !block.key(name).absent() && !block.key(name).isEmptyList();
            List<String> variables = block.variables(name);
            if (there && (needed.contains(name) || !variables.isEmpty())) {
                return List.of();
            }
            unset.addAll(variables);
        }
        return unset.stream().distinct().toList();
    }

    /** Why it is absent. */
    static String text(List<String> unset) {
        return "none of its variables is set (" + String.join(", ", unset) + ")";
    }
}
