package io.obogateway.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One block of the configuration while it is read. The keys that are asked for are the keys that it knows:
 * {@link #refuseUnknown} reports the others.
 */
final class Section {
    private final String path;
    private final String kind;
    private final ConfigObject object;
    private final @Nullable Section defaults;
    private final Declarations declarations;
    private final Problems problems;
    private final Set<String> asked;

    private Section(
            String path,
            String kind,
            ConfigObject object,
            @Nullable Section defaults,
            Declarations declarations,
            Problems problems,
            Set<String> asked) {
        this.path = path;
        this.kind = kind;
        this.object = object;
        this.defaults = defaults;
        this.declarations = declarations;
        this.problems = problems;
        this.asked = asked;
    }

    static Section root(ConfigObject object, Declarations declarations, Problems problems) {
        return new Section("", "", object, null, declarations, problems, new TreeSet<>());
    }

    /** This block, with another that answers for the keys that it, and what answered so far, leave out. */
    Section withDefaults(Section other) {
        Section chain = defaults == null ? other : defaults.withDefaults(other);
        return new Section(path, kind, object, chain, declarations, problems, asked);
    }

    /** This block, its keys counted as those of another kind, such as <code>gateway.routes.*</code>. */
    Section ofKind(String otherKind) {
        return new Section(path, otherKind, object, defaults, declarations, problems, asked);
    }

    /** A key, whether it is there or not. */
    Key key(String name) {
        asked.add(name);
        String keyPath = pathOf(name);
        ConfigValue value = object.get(name);
        if (value == null && defaults != null && !declarations.isUnresolved(keyPath)) {
            return defaults.key(name).absent() ? key(keyPath, null) : defaults.key(name);
        }
        return key(keyPath, value);
    }

    private Key key(String keyPath, @Nullable ConfigValue value) {
        boolean none = value == null || value.valueType() == ConfigValueType.NULL;
        return new Key(this, keyPath, none ? null : value, placeOf(keyPath, value));
    }

    /** Whether the block itself says something about a key, whatever its defaults say. */
    boolean says(String name) {
        return object.containsKey(name);
    }

    /** A block within this one; empty if it is not there. */
    Section section(String name) {
        asked.add(name);
        ConfigObject inner = objectOf(name);
        Section innerDefaults = defaults == null ? null : defaults.section(name);
        String innerKind = kind.isEmpty() ? name : kind + "." + name;
        return new Section(pathOf(name), innerKind, inner, innerDefaults, declarations, problems, new TreeSet<>());
    }

    /** A block within this one that need not be there; null: it is not, or null takes away that of the defaults. */
    @Nullable
    Section optional(String name) {
        Section inner = section(name);
        return key(name).isBlock() ? inner : null;
    }

    /** A block within this one where there is one: its value may also be something else, which is the caller's. */
    Section sectionIfAny(String name) {
        asked.add(name);
        ConfigObject inner = object.get(name) instanceof ConfigObject block
                ? block
                : ConfigFactory.empty().root();
        Section innerDefaults = defaults == null ? null : defaults.sectionIfAny(name);
        return new Section(
                pathOf(name), kind + "." + name, inner, innerDefaults, declarations, problems, new TreeSet<>());
    }

    /** The named blocks in this one, in the order of their names. */
    Map<String, Section> blocks() {
        Map<String, Section> blocks = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
            String name = entry.getKey();
            asked.add(name);
            if (!(entry.getValue() instanceof ConfigObject)) {
                objectOf(name); // null is how a block that another file declares is taken away; all else is reported
                continue;
            }
            if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
                problem(name, "a name is made of letters, digits, \"-\", \"_\" and \".\", at most 64 of them");
            }
            blocks.put(
                    name,
                    new Section(
                            pathOf(name), kind + ".*", objectOf(name), null, declarations, problems, new TreeSet<>()));
        }
        return blocks;
    }

    private ConfigObject objectOf(String name) {
        ConfigValue value = object.get(name);
        if (value instanceof ConfigObject inner) {
            return inner;
        }
        if (value != null && value.valueType() != ConfigValueType.NULL) {
            key(name).problem("must be a block { … }, not " + key(name).shown());
        }
        return ConfigFactory.empty().root();
    }

    /** Reports every key that nobody asked for. Comes last. */
    void refuseUnknown() {
        for (String name : new TreeMap<>(object).keySet()) {
            if (asked.contains(name)) {
                continue;
            }
            boolean later = LaterKeys.contains(kind.isEmpty() ? name : kind + "." + name);
            problem(
                    name,
                    later
                            ? "this version does not have it yet; remove it"
                            : "unknown key; " + NearestName.hint(name, asked));
        }
    }

    /** Reports something about a key that is there. */
    void problem(String name, String message) {
        key(pathOf(name), object.get(name)).problem(message);
    }

    /** Reports that a key's value holds nothing; said of the block where that value is only the default. */
    void missing(String name, String message) {
        String keyPath = pathOf(name);
        Place place = placeOf(keyPath, object.get(name));
        if (!declarations.isUnresolved(keyPath)) {
            problems.add(place.file().equals(Place.REFERENCE) ? placeOf(keyPath, null) : place, keyPath, message);
        }
    }

    /** The optional variables that were to give a value to a key here. */
    List<String> variables(String name) {
        return declarations.variables(pathOf(name));
    }

    boolean isUnresolved(String keyPath) {
        return declarations.isUnresolved(keyPath);
    }

    /** Where a key was written; for one that is missing, where the block was. */
    Place placeOf(String keyPath, @Nullable ConfigValue value) {
        Place written = value == null ? null : Place.of(value.origin());
        if (written != null) {
            return written;
        }
        Place declared = value == null ? null : declarations.place(keyPath);
        Place block = declared == null ? declarations.place(path) : declared;
        return block == null ? new Place(Place.REFERENCE, 0) : block;
    }

    void report(Place place, String keyPath, String message) {
        problems.add(place, keyPath, message);
    }

    void warn(Place place, String keyPath, String message) {
        problems.warn(place, keyPath, message);
    }

    /** The moment that the configuration is judged at. */
    Instant asOf() {
        return problems.asOf();
    }

    String path() {
        return path;
    }

    private String pathOf(String name) {
        String quoted = ConfigUtil.joinPath(name);
        return path.isEmpty() ? quoted : path + "." + quoted;
    }
}
