package io.obogateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One of a few words: the constants of an enum, as the configuration writes them ({@code least-request}). */
final class Choice {
    private Choice() {}

    /**
     * What a key says; the default where it says nothing.
     *
     * @param byDefault also tells which enum it is
     */
    static <E extends Enum<E>> E of(Key key, E byDefault) {
        String word = key.text();
        if (word == null) {
            return byDefault;
        }
        List<String> words = new ArrayList<>();
        for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
            if (word(constant).equals(word)) {
                return constant;
            }
            words.add(word(constant));
        }
        String last = words.remove(words.size() - 1);
        key.problem("must be " + String.join(", ", words) + " or " + last + ", not " + key.shown());
        return byDefault;
    }

    /** As the configuration writes it. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
