package io.obogateway.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts back the blocks that {@code reference.conf} has and a file overwrote with something else: that is one problem, and
 * not one for each key that would be missing.
 */
final class Blocks {
    /** What is in these has names of its own, and goes when it is set to null. */
    private static final Set<String> OF_NAMES = Set.of("gateway.issuers", "gateway.providers");

    private final Declarations declarations;
    private final Problems problems;

    Blocks(Declarations declarations, Problems problems) {
        this.declarations = declarations;
        this.problems = problems;
    }

    ConfigObject restore(ConfigObject object, ConfigObject reference) {
        return restore(List.of(), object, reference);
    }

    private ConfigObject restore(List<String> path, ConfigObject object, ConfigObject reference) {
        ConfigObject restored = object;
        for (Map.Entry<String, ConfigValue> entry : reference.entrySet()) {
            String name = entry.getKey();
            ConfigValue value = object.get(name);
            if (!(entry.getValue() instanceof ConfigObject block) || value == null) {
                continue;
            }
            if (value instanceof ConfigObject inner) {
                ConfigObject whole = restore(Declarations.append(path, name), inner, block);
                restored = whole.equals(inner) ? restored : restored.withValue(name, whole);
            } else if (!OF_NAMES.contains(String.join(".", path))) {
                report(ConfigUtil.joinPath(Declarations.append(path, name)), value);
                restored = restored.withValue(name, block);
            }
        }
        return restored;
    }

    private void report(String path, ConfigValue value) {
        Place written = Place.of(value.origin());
        Place place = written == null ? declarations.place(path) : written;
        problems.add(place == null ? new Place(Place.REFERENCE, 0) : place, path, "must be a block { … }");
    }
}
