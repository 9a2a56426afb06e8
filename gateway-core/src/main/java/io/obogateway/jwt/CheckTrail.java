package io.obogateway.jwt;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The checks of one token as they are made: the first that fails ends it, and whoever explains sees them all. */
final class CheckTrail {
    /** For requests: nobody looks at what passed. */
    static final CheckTrail UNRECORDED = new CheckTrail(null);

    private final @Nullable List<Check.Result> results;

    private CheckTrail(@Nullable List<Check.Result> results) {
        this.results = results;
    }

    static CheckTrail recordedIn(List<Check.Result> results) {
        return new CheckTrail(results);
    }

    /**
     * @throws io.obogateway.error.GatewayException with the check's sentence, unless it passed
     */
    void require(Check check, boolean passed) {
        if (results != null) {
            results.add(new Check.Result(check, passed));
        }
        if (!passed) {
            throw check.refused();
        }
    }

    /** As {@link #require}: the check passes when there is a value. */
    <T> T obtain(Check check, @Nullable T value) {
        require(check, value != null);
        return Objects.requireNonNull(value);
    }
}
