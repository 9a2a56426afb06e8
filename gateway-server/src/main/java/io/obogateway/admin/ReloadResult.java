package io.obogateway.admin;

import java.util.List;

/** What came of reading the configuration again. */
public sealed interface ReloadResult {
    /**
     * It serves.
     *
     * @param routes how many there are now
     * @param restartNeeded keys whose new values only count after a restart
     */
    record Reloaded(int routes, List<String> restartNeeded) implements ReloadResult {
        public Reloaded {
            restartNeeded = List.copyOf(restartNeeded);
        }
    }

    /**
     * The one before serves on.
     *
     * @param problems each {@code file:line: path.to.key: what is wrong and what would be right}
     */
    record Rejected(List<String> problems) implements ReloadResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
