package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces every <code>${…}</code> by what the configuration or the environment says, and reports those without a value. */
final class Substitutions {
    /** The origin of a value from the environment is this and its name. */
    static final String ENVIRONMENT = "environment variable ";

    private static final ConfigResolveOptions OPTIONS =
            ConfigResolveOptions.noSystem().setAllowUnresolved(true);
    private static final Pattern REQUIRED = Pattern.compile("\\$\\{([^?}][^}]*)}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Declarations declarations;
    private final Problems problems;

    Substitutions(Declarations declarations, Problems problems) {
        this.declarations = declarations;
        this.problems = problems;
    }

    /** The configuration with every value in place; a key whose value is unresolved is reported and left out. */
    ConfigObject resolve(Config merged, Map<String, String> environment) {
        try {
            Config resolved =
                    merged.withFallback(variables(environment, merged.root())).resolve(OPTIONS);
            ConfigObject own = resolved.root();
            for (String name : resolved.root().keySet()) {
                own = merged.root().containsKey(name) ? own : own.withoutKey(name);
            }
            return withoutUnresolved(List.of(), own);
        } catch (ConfigException.UnresolvedSubstitution e) {
            Place place = Place.of(e.origin());
            problems.add(place == null ? new Place(Place.REFERENCE, 0) : place, "", "a ${…} refers to itself");
            problems.refuse();
            throw e;
        }
    }

    private static Config variables(Map<String, String> environment, ConfigObject taken) {
        Map<String, ConfigValue> values = new HashMap<>();
        environment.forEach((name, value) -> {
            if (!taken.containsKey(name)) {
                values.put(name, ConfigValueFactory.fromAnyRef(value, ENVIRONMENT + name));
            }
        });
        return ConfigValueFactory.fromMap(values, "environment").toConfig();
    }

    private ConfigObject withoutUnresolved(List<String> path, ConfigObject object) {
        ConfigObject kept = object;
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            List<String> keyPath = Declarations.append(path, entry.getKey());
            ConfigValue value = entry.getValue();
            if (isUnresolved(value)) {
                report(ConfigUtil.joinPath(keyPath), value);
                kept = kept.withoutKey(entry.getKey());
            } else if (value instanceof ConfigObject inner) {
                ConfigObject pruned = withoutUnresolved(keyPath, inner);
                kept = pruned.equals(inner) ? kept : kept.withValue(entry.getKey(), pruned);
            }
        }
        return kept;
    }

    /** Whether a value, or a part of it, is still to come. */
    static boolean isUnresolved(ConfigValue value) {
        if (value instanceof ConfigObject object) {
            return Declarations.isUnresolved(object);
        }
        try {
            value.valueType();
            return value instanceof ConfigList list && list.stream().anyMatch(Substitutions::isUnresolved);
        } catch (ConfigException.NotResolved e) {
            return true;
        }
    }

    private void report(String path, ConfigValue value) {
        declarations.unresolved(path);
        Place written = Place.of(value.origin());
        Place place = written == null ? declarations.place(path) : written;
        Matcher names = REQUIRED.matcher(value.render(ConfigRenderOptions.concise()));
        while (names.find()) {
            problems.add(place == null ? new Place(Place.REFERENCE, 0) : place, path, remedy(names.group(1)));
        }
    }

    private static String remedy(String name) {
        return VARIABLE.matcher(name).matches()
                ? "${" + name + "} has no value; set the environment variable " + name + ", or write ${?" + name
                        + "} if it may be missing"
                : "${" + name + "} has no value; no such key is in this configuration";
    }
}
