package io.obogateway.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was declared under {@code issuers} or {@code providers}, for those who name it.
 *
 * @param usable by name
 * @param absent declared, but none of the variables they need is set: name to why
 * @param broken declared, with a problem that has been reported
 * @param named those of the absent that have been reported: unset variables are one problem, however many routes there are
 */
record Named<T>(Map<String, T> usable, Map<String, String> absent, Set<String> broken, Set<String> named) {
    Named() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>(), new TreeSet<>(), new TreeSet<>());
    }

    /** The one that a key names; null after reporting that there is none. */
    @Nullable
    T find(String name, Key namedBy, String what) {
        T found = usable.get(name);
        if (found == null && absent.containsKey(name)) {
            if (named.add(name)) {
                namedBy.problem(what + " \"" + name + "\" is not there: " + absent.get(name));
            }
        } else if (found == null && !broken.contains(name)) {
            namedBy.problem("there is no " + what + " \"" + name + "\"; " + NearestName.hint(name, names()));
        }
        return found;
    }

    /** Whether nothing was declared that could be used, once its problems are solved. */
    boolean isEmpty() {
        return usable.isEmpty() && broken.isEmpty();
    }

    /** Why there is none at all, for those who expected one. */
    String whyEmpty() {
        StringBuilder why = new StringBuilder();
        absent.forEach((name, reason) ->
                why.append("; of \"").append(name).append("\" ").append(reason));
        return why.toString();
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>(usable.keySet());
        names.addAll(absent.keySet());
        names.addAll(broken);
        return names;
    }
}
