package io.obogateway.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.obogateway.oauth.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key of a {@link Section} and its value, if it has one. What is read from a value that is wrong has no meaning: the
 * problem has been reported, and the configuration will not be used.
 */
final class Key {
    static final String UNLIMITED = "unlimited";
    private static final int MAX_SHOWN = 100;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private final Section section;
    private final String path;
    private final @Nullable ConfigValue value;
    private final Place place;

    Key(Section section, String path, @Nullable ConfigValue value, Place place) {
        this.section = section;
        this.path = path;
        this.value = value;
        this.place = place;
    }

    /** Whether there is no value, and no problem with one has been reported. */
    boolean absent() {
        return value == null && !section.isUnresolved(path);
    }

    boolean isList() {
        return value instanceof ConfigList;
    }

    boolean isEmptyList() {
        return value instanceof ConfigList list && list.isEmpty();
    }

    boolean isBlock() {
        return value instanceof ConfigObject;
    }

    /** Reports what is wrong with the value, or with there being none. */
    void problem(String message) {
        String remedy = holdsQuotedSubstitution() ? "; ${…} counts outside quotes only" : "";
        section.report(place, path, message + remedy + source());
    }

    /** Reports what is most likely wrong with the value. */
    void warning(String message) {
        section.warn(place, path, message + source());
    }

    private String source() {
        String origin = value == null ? "" : value.origin().description();
        return origin.startsWith(Substitutions.ENVIRONMENT) ? " (from the " + origin + ")" : "";
    }

    /** Written in a file, that is: what comes from a variable may be any text. */
    private boolean holdsQuotedSubstitution() {
        return value != null
                && value.valueType() == ConfigValueType.STRING
                && Place.of(value.origin()) != null
                && String.valueOf(value.unwrapped()).contains("${");
    }

    /** The moment that the configuration is judged at. */
    Instant asOf() {
        return section.asOf();
    }

    /** Reports that there is no value where one is needed; names the variables it could have come from. */
    void missing(String remedy) {
        if (absent()) {
            List<String> variables = section.variables(name());
            problem(remedy + (variables.isEmpty() ? "" : ", or set the environment variable " + variables.get(0)));
        }
    }

    /** Where the value was written; of none at all, where the block is that could hold it. */
    Place place() {
        return place;
    }

    String path() {
        return path;
    }

    private String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** A text that is not empty; null: no value, or not that. */
    @Nullable
    String text() {
        if (value == null) {
            return null;
        }
        if (value instanceof ConfigList || value instanceof ConfigObject) {
            problem("must be a text, not " + shown());
            return null;
        }
        String text = value.valueType() == ConfigValueType.NULL ? "" : String.valueOf(value.unwrapped());
        if (text.isBlank()) {
            problem("is empty; give it a value, or leave it out");
            return null;
        }
        if (holdsQuotedSubstitution()) {
            warning(
                    "holds ${…} in quotes, which is no more than text there; write it outside: \"https://\"${HOST}\"/path\"");
        }
        return text;
    }

    /** A text; null: no value, or an empty one, as variables that are switched off have. */
    @Nullable
    String textIfAny() {
        boolean blank = value != null
                && value.valueType() == ConfigValueType.STRING
                && String.valueOf(value.unwrapped()).isBlank();
        return blank ? null : text();
    }

    /** A text that no message shows; null: no value, or not that. */
    @Nullable
    Secret secret() {
        String text = text();
        return text == null ? null : new Secret(text);
    }

    boolean flag() {
        return switch (plain("true or false")) {
            case "true" -> true;
            case "false" -> false;
            case "" -> false;
            default -> {
                problem("must be true or false, not " + shown());
                yield false;
            }
        };
    }

    int integer(int min, int max) {
        String text = plain("a whole number");
        if (text.isEmpty()) {
            return min;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            if (!NUMBER.matcher(text).matches()) {
                problem("must be a whole number from " + min + " to " + max + ", not " + shown());
                return min;
            }
        }
        problem("must be a whole number from " + min + " to " + max + ", not " + text);
        return min;
    }

    /**
     * @param byDefault where there is no value
     */
    int integer(int min, int max, int byDefault) {
        return absent() ? byDefault : integer(min, max);
    }

    Duration duration(Duration min, Duration max) {
        return checkedDuration(min, max, min);
    }

    /**
     * @param byDefault where there is no value, or none that can be taken
     */
    Duration duration(Duration min, Duration max, Duration byDefault) {
        return absent() ? byDefault : checkedDuration(min, max, byDefault);
    }

    private Duration checkedDuration(Duration min, Duration max, Duration afterProblem) {
        String text = plain("a duration with a unit, such as 30s");
        if (text.isEmpty()) {
            return afterProblem;
        }
        Duration duration = parsedDuration(text);
        if (duration == null) {
            problem("must be a duration with a unit, such as 250ms, 30s or 5m, not " + shown());
            return afterProblem;
        }
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            problem("must be from " + Durations.text(min) + " to " + Durations.text(max) + ", not " + text);
            return afterProblem;
        }
        return duration;
    }

    /** A bare number would mean milliseconds to the library and seconds to most readers; only 0 is clear. */
    private @Nullable Duration parsedDuration(String text) {
        if (value == null || (NUMBER.matcher(text).matches() && !text.equals("0"))) {
            return null;
        }
        try {
            return value.atKey("it").getDuration("it");
        } catch (ConfigException e) {
            return null;
        }
    }

    /** A number of bytes. */
    long size(long min, long max) {
        return size(min, max, "a size, such as 512, 16 KiB or 1 MiB");
    }

    private long size(long min, long max, String wanted) {
        String text = plain(wanted);
        if (text.isEmpty() || value == null) {
            return min;
        }
        try {
            long bytes = value.atKey("it").getBytes("it");
            if (bytes < min || bytes > max) {
                problem("must be from " + min + " to " + max + " bytes, not " + text);
            }
            return bytes;
        } catch (ConfigException e) {
            problem("must be " + wanted + ", not " + shown());
            return min;
        }
    }

    /** A number of bytes or {@code unlimited}, which is {@link Long#MAX_VALUE}. */
    long sizeOrUnlimited() {
        return value != null && UNLIMITED.equals(value.unwrapped())
                ? Long.MAX_VALUE
                : size(0, Long.MAX_VALUE - 1, "a size, such as 512, 16 KiB or 1 MiB, or unlimited");
    }

    /** The texts of a list; those that are wrong are left out. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Key element : elements()) {
            String text = element.text();
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** The elements of a list. */
    List<Key> elements() {
        List<Key> elements = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                String elementPath = path + "[" + i + "]";
                elements.add(new Key(section, elementPath, list.get(i), section.placeOf(path, list.get(i))));
            }
        } else if (value != null) {
            problem("must be a list, such as [\"a\", \"b\"], not " + shown());
        }
        return elements;
    }

    /** The value as JSON text, whether it was given as such a text or spelled out. */
    @Nullable
    String json() {
        return isList() && value != null ? value.render(ConfigRenderOptions.concise()) : text();
    }

    /** What a message says of the value. Not for secrets. */
    String shown() {
        if (value == null || value.valueType() == ConfigValueType.NULL) {
            return "nothing";
        }
        return switch (value.valueType()) {
            case LIST -> "a list";
            case OBJECT -> "a block";
            case STRING -> ConfigUtil.quoteString(shortened(String.valueOf(value.unwrapped())));
            default -> String.valueOf(value.unwrapped());
        };
    }

    private static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /** The value on one line without surrounding space; empty after reporting that there is none. */
    private String plain(String wanted) {
        if (value == null) {
            missing("has no value; it must be " + wanted);
            return "";
        }
        if (Set.of(ConfigValueType.LIST, ConfigValueType.OBJECT).contains(value.valueType())) {
            problem("must be " + wanted + ", not " + shown());
            return "";
        }
        String text = String.valueOf(value.unwrapped()).strip();
        if (text.isEmpty()) {
            problem("is empty; it must be " + wanted);
        }
        return text;
    }
}
