package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where each key was last written, and the optional variables it was to come from: what the merged and resolved
 * configuration no longer knows.
 */
final class Declarations {
    private static final Pattern OPTIONAL = Pattern.compile("\\$\\{\\?([^}]+)}");

    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, List<String>> variables = new HashMap<>();
    private final Set<String> unresolved = new HashSet<>();

    /** Takes in one more file; what it says counts over what was there. */
    void add(Config file) {
        addObject(List.of(), file.root());
    }

    private void addObject(List<String> path, ConfigObject object) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            List<String> keyPath = append(path, entry.getKey());
            String name = ConfigUtil.joinPath(keyPath);
            Place place = Place.of(entry.getValue().origin());
            if (place != null) {
                places.put(name, place);
            }
            if (entry.getValue() instanceof ConfigObject inner && !isUnresolved(inner)) {
                addObject(keyPath, inner);
            } else {
                variables.put(name, optionalVariables(entry.getValue()));
            }
        }
    }

    /** The place of a key, else of what it would be in; null only where no file says anything about that. */
    @Nullable
    Place place(String path) {
        return places.get(path);
    }

    /** The names of the optional variables that were to give a key its value. */
    List<String> variables(String path) {
        return variables.getOrDefault(path, List.of());
    }

    /** Notes that a key has no value because of a reported <code>${…}</code>; nothing more is to be said about it. */
    void unresolved(String path) {
        unresolved.add(path);
    }

    boolean isUnresolved(String path) {
        return unresolved.contains(path);
    }

    /** A merge whose parts are not known yet cannot be looked into. */
    static boolean isUnresolved(ConfigObject object) {
        try {
            return object.size() < 0; // never: it is the asking that fails
        } catch (ConfigException.NotResolved e) {
            return true;
        }
    }

    static List<String> append(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return longer;
    }

    private static List<String> optionalVariables(ConfigValue value) {
        List<String> names = new ArrayList<>();
        Matcher matcher = OPTIONAL.matcher(value.render(ConfigRenderOptions.concise()));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
