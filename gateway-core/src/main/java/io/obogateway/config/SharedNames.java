package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import com.typesafe.config.parser.ConfigDocumentFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Notices routes that were meant to be two and have one name: they are merged key by key, so that the path of the first is
 * gone without a word. Whoever means to change a route's path in another file does the same, which is why it is no error.
 */
final class SharedNames {
    private static final String MERGED = "blocks of one name are one route, so only this path counts; "
            + "give one of the two another name, unless that is meant";
    /** Each look at a file takes as long as the file is. */
    private static final int MAX_LOOKS = 200;

    private static final String MARK = "\"\\u0001\"";

    private final Problems problems;
    private final Map<String, ConfigValue> paths = new HashMap<>();
    private int looks;
    private String textOf = "";
    private String text = "";

    SharedNames(Problems problems) {
        this.problems = problems;
    }

    /** Takes in one more file; what it says counts over what was there. */
    void add(Config file) {
        ConfigValue routes = within(within(file.root(), "gateway"), "routes");
        if (!(routes instanceof ConfigObject named) || Declarations.isUnresolved(named)) {
            return;
        }
        for (Map.Entry<String, ConfigValue> route : new TreeMap<>(named).entrySet()) {
            ConfigValue path = within(route.getValue(), "path");
            if (path != null) {
                note(route.getKey(), ConfigUtil.joinPath("gateway", "routes", route.getKey(), "path"), path);
            } else if (isNull(route.getValue())) {
                paths.remove(ConfigUtil.joinPath("gateway", "routes", route.getKey(), "path"));
            }
        }
    }

    private static @Nullable ConfigValue within(@Nullable ConfigValue block, String name) {
        return block instanceof ConfigObject object && !Declarations.isUnresolved(object) ? object.get(name) : null;
    }

    private static boolean isNull(ConfigValue value) {
        return !Substitutions.isUnresolved(value) && value.valueType() == ConfigValueType.NULL;
    }

    private void note(String name, String key, ConfigValue path) {
        Place place = Place.of(path.origin());
        ConfigValue before = paths.put(key, path);
        Place earlier = before == null ? null : Place.of(before.origin());
        if (place == null) {
            return;
        }
        if (earlier != null && !path.equals(before)) {
            problems.warn(place, key, "takes the place of the one in " + earlier + ": " + MERGED);
        }
        List<Integer> lines = linesThatSay(name, key, place);
        if (lines.size() > 1) {
            problems.warn(
                    place, key, "takes the place of the one in line " + lines.get(lines.size() - 2) + ": " + MERGED);
        }
    }

    /** The lines of one file that give a key its value, as far as the library can tell: it forgets all but the last. */
    private List<Integer> linesThatSay(String name, String key, Place place) {
        List<Integer> lines = new ArrayList<>();
        String text;
        try {
            String file = text(place.file());
            if (file.indexOf(name) == file.lastIndexOf(name) || ++looks > MAX_LOOKS) {
                return lines;
            }
            text = ConfigDocumentFactory.parseString(file)
                    .withValueText(key, MARK)
                    .render();
        } catch (IOException | ConfigException e) {
            return lines; // changed since it was read, and only a courtesy
        }
        int line = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith(MARK, i)) {
                lines.add(line);
            } else if (text.charAt(i) == '\n') {
                line++;
            }
        }
        return lines;
    }

    private String text(String file) throws IOException {
        if (!file.equals(textOf)) {
            text = Files.readString(Path.of(file));
            textOf = file;
        }
        return text;
    }
}
