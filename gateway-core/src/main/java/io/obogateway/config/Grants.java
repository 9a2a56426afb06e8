package io.obogateway.config;

import io.obogateway.oauth.Grant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The grant of a route: one of four, or a list of the two that acquire a token. */
final class Grants {
    static final Set<Grant> ACQUIRING = Set.of(Grant.ON_BEHALF_OF, Grant.CLIENT_CREDENTIALS);
    private static final List<String> NAMES =
            Stream.of(Grant.values()).map(Grant::configName).toList();

    private Grants() {}

    /** Empty after a problem. */
    static Set<Grant> read(Key key) {
        EnumSet<Grant> grants = EnumSet.noneOf(Grant.class);
        if (key.isEmptyList()) {
            key.problem("is empty; give one of " + String.join(", ", NAMES));
        }
        for (Key named : key.isList() ? key.elements() : List.of(key)) {
            add(named, grants);
        }
        if (grants.size() > 1 && !ACQUIRING.containsAll(grants)) {
            key.problem("only on-behalf-of and client-credentials can stand together; any other grant stands alone");
            grants.clear();
        }
        return grants;
    }

    private static void add(Key named, Set<Grant> grants) {
        String name = named.text();
        for (Grant grant : Grant.values()) {
            if (grant.configName().equals(name)) {
                grants.add(grant);
                return;
            }
        }
        if (name != null) {
            named.problem("there is no grant \"" + name + "\"; " + NearestName.hint(name, NAMES));
        }
    }
}
