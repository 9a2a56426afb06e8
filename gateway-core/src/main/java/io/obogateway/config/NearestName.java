package io.obogateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** Says what somebody may have meant who wrote a name that does not exist. */
final class NearestName {
    private NearestName() {}

    /** The end of a message: the nearest of the known names, or all of them when none is near. */
    static String hint(String written, Collection<String> known) {
        if (known.isEmpty()) {
            return "there is none yet";
        }
        String nearest = new TreeSet<>(known)
                .stream()
                        .min(Comparator.comparingInt(name -> apart(written, name)))
                        .orElse(written);
        int shorter = Math.min(written.length(), nearest.length());
        boolean near = apart(written, nearest) <= Math.max(2, shorter / 2);
        return near ? "did you mean \"" + nearest + "\"?" : "known: " + String.join(", ", new TreeSet<>(known));
    }

    private static int apart(String written, String name) {
        boolean shortened =
                initials(name).equalsIgnoreCase(written) || written.length() > 2 && name.startsWith(written);
        return shortened ? 0 : distance(written, name);
    }

    /** Of the words of a name: {@code obo} is {@code on-behalf-of}. */
    private static String initials(String name) {
        StringBuilder initials = new StringBuilder();
        for (String word : name.split("-", -1)) {
            initials.append(word, 0, Math.min(1, word.length()));
        }
        return initials.length() > 1 ? initials.toString() : name;
    }

    /** Levenshtein's: the fewest letters to add, drop or replace. */
    static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
