package io.obogateway.jwt;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads claims by type and remembers whether one had another type or was larger than anything genuine. */
final class ClaimReader {
    private static final int MAX_TEXT = 2048;
    private static final int MAX_TEXTS = 2000;

    private final Map<String, @Nullable Object> payload;
    private boolean mistyped;
    private boolean oversized;

    ClaimReader(Map<String, @Nullable Object> payload) {
        this.payload = payload;
    }

    boolean mistyped() {
        return mistyped;
    }

    boolean oversized() {
        return oversized;
    }

    /** A string; null if there is none. */
    @Nullable
    String text(String name) {
        Object value = payload.get(name);
        return value == null ? null : element(value);
    }

    /** A string in lower case; empty if there is none. */
    String lowerCaseText(String name) {
        String text = text(name);
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    /** An array of strings, or a single one that stands for itself (RFC 7519, 4.1.3). */
    Set<String> texts(String name) {
        return texts(name, false);
    }

    Set<String> lowerCaseTexts(String name) {
        return texts(name, true);
    }

    /** Words of one string, divided by spaces (RFC 6749, 3.3), or an array of words. */
    Set<String> words(String name) {
        if (!(payload.get(name) instanceof String text)) {
            return texts(name);
        }
        oversized |= text.length() > MAX_TEXT * 4;
        Set<String> words = new LinkedHashSet<>();
        for (int from = 0; from < text.length(); ) {
            int space = text.indexOf(' ', from);
            int to = space < 0 ? text.length() : space;
            if (to > from) {
                words.add(text.substring(from, to));
            }
            from = to + 1;
        }
        return bounded(words);
    }

    private Set<String> texts(String name, boolean lowerCase) {
        Object value = payload.get(name);
        if (value == null) {
            return Set.of();
        }
        List<?> elements = value instanceof List<?> list ? list : List.of(value);
        Set<String> texts = new LinkedHashSet<>();
        for (Object element : elements) {
            String text = element(element);
            texts.add(lowerCase ? text.toLowerCase(Locale.ROOT) : text);
        }
        return bounded(texts);
    }

    private String element(@Nullable Object value) {
        if (value instanceof String text) {
            oversized |= text.length() > MAX_TEXT;
            return text;
        }
        mistyped = true;
        return "";
    }

    private Set<String> bounded(Set<String> texts) {
        oversized |= texts.size() > MAX_TEXTS;
        return Set.copyOf(texts);
    }
}
