package io.obogateway.fakeentra;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 request as it came over the wire.
 *
 * @param headers by lower-case name; of a repeated field the last value
 */
record WireRequest(String method, String target, Map<String, String> headers, String body) {

    @Nullable
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    boolean keepsAlive() {
        return !"close".equalsIgnoreCase(header("connection"));
    }
}
