package io.obogateway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** Says what somebody may have meant who wrote a name that does not exist. */
final class NearestName {
    private NearestName() {}

    /** The end of a message: the nearest of the known names, and all of them when none is near. */
    static String hint(String written, Collection<String> known) {
        if (known.isEmpty()) {
            return "there is none yet";
        }
        String nearest = new TreeSet<>(known)
                .stream()
                        .min(Comparator.comparingInt(name -> distance(written, name)))
                        .orElse(written);
        String hint = "did you mean \"" + nearest + "\"?";
        boolean near = distance(written, nearest) <= Math.max(2, written.length() / 2);
        return near ? hint : hint + " (known: " + String.join(", ", new TreeSet<>(known)) + ")";
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
