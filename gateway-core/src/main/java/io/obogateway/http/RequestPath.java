package io.obogateway.http;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request, read once and strictly: its segments as they are compared, and the target as it came, which is
 * what goes on. Whatever upstreams are known to read in different ways ({@code ..}, encoded slashes, control characters)
 * is refused here, so that the path that was matched is the path that is served (RFC 3986, 3.3 and 6.2.2; RFC 9112, 3.2).
 *
 * <p>Immutable.
 */
public final class RequestPath {
    private final String target;
    private final int pathEnd;
    private final String[] segments;
    private final int size;
    private final boolean severalReadings;

    RequestPath(String target, int pathEnd, String[] segments, int size, boolean severalReadings) {
        this.target = target;
        this.pathEnd = pathEnd;
        this.segments = segments;
        this.size = size;
        this.severalReadings = severalReadings;
    }

    /**
     * Reads a request target in origin-form, absolute-form or asterisk-form.
     *
     * @throws GatewayException {@link ErrorCode#BAD_REQUEST} with what is wrong with it
     */
    public static RequestPath parse(String target) {
        if (target.equals("*")) {
            return new RequestPath(target, 1, new String[0], 0, false);
        }
        return new PathReader(AbsoluteForm.toOriginForm(target)).read();
    }

    /** How many segments there are: 1 for {@code /}, 2 for {@code /a/}, none for the asterisk-form. */
    public int size() {
        return size;
    }

    /**
     * One segment as it is compared: escapes of unreserved characters decoded, other escapes in upper case. May be empty;
     * {@code ;params} belong to it.
     */
    public String segment(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return segments[index];
    }

    /** Whether the target is {@code *}: the server as a whole (RFC 9112, 3.2.4), which has no segments. */
    public boolean asterisk() {
        return size == 0;
    }

    /** The path as received, without the query; {@code /} where an absolute-form target had none. */
    public String raw() {
        return target.substring(0, pathEnd);
    }

    /** The query as received, without its question mark; null if there is none. */
    public @Nullable String query() {
        return pathEnd == target.length() ? null : target.substring(pathEnd + 1);
    }

    /** Path and query as received, in origin-form (or {@code *}). */
    public String target() {
        return target;
    }

    /**
     * Path and query as received, without the first segments; never empty.
     *
     * @param count how many segments, at most {@link #size()}
     */
    public String targetWithout(int count) {
        int from = 0;
        for (int skipped = 0; skipped < count && from < pathEnd; skipped++) {
            int slash = target.indexOf('/', from + 1);
            from = slash < 0 || slash > pathEnd ? pathEnd : slash;
        }
        return from == pathEnd ? "/" + target.substring(pathEnd) : target.substring(from);
    }

    /**
     * Whether {@link #otherReadings()} are any: there is an empty segment before the last one, or a {@code ;}.
     */
    public boolean severalReadings() {
        return severalReadings;
    }

    /**
     * How else upstreams may read this path: with empty segments merged, with {@code ;params} dropped, or both, in either
     * order. For comparing routes only.
     */
    public List<RequestPath> otherReadings() {
        if (!severalReadings) {
            return List.of();
        }
        RequestPath dropped = withoutParameters();
        RequestPath merged = merged();
        return List.of(merged, dropped, merged.withoutParameters(), dropped.merged());
    }

    private RequestPath merged() {
        List<String> kept = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            if (!segments[i].isEmpty() || i == size - 1) {
                kept.add(segments[i]);
            }
        }
        return read(kept.toArray(new String[0]));
    }

    private RequestPath withoutParameters() {
        String[] names = Arrays.copyOf(segments, size);
        for (int i = 0; i < size; i++) {
            int semicolon = names[i].indexOf(';');
            names[i] = semicolon < 0 ? names[i] : names[i].substring(0, semicolon);
        }
        return read(names);
    }

    private RequestPath read(String[] otherSegments) {
        return new RequestPath(target, pathEnd, otherSegments, otherSegments.length, false);
    }

    /** A path may be personal data. */
    @Override
    public String toString() {
        return "RequestPath[" + size + " segments]";
    }
}
