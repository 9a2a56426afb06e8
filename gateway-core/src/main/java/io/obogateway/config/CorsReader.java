package io.obogateway.config;

import io.obogateway.route.Cors;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which other origins' pages may call a route: origins as browsers send them (RFC 6454, 6.2), or all. */
final class CorsReader {
    private static final String ALL = "*";
    private static final Pattern SERIALIZED =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");

    private CorsReader() {}

    /** Null: none may, or a problem was reported. */
    static @Nullable Cors read(Section route) {
        Section cors = route.optional("cors");
        if (cors == null) {
            return null;
        }
        Key key = cors.key("origins");
        Set<String> origins = new LinkedHashSet<>();
        for (Key element : key.elements()) {
            String origin = element.text();
            if (origin == null) {
                continue;
            }
            String wrong = wrong(origin);
            if (wrong != null) {
                element.problem(element.shown() + " " + wrong);
            }
            origins.add(origin);
        }
        if (origins.contains(ALL) && origins.size() > 1) {
            key.problem("\"*\" is all origins; let it stand alone, or remove it");
        }
        cors.refuseUnknown();
        return origins.isEmpty() ? null : new Cors(origins);
    }

    private static @Nullable String wrong(String origin) {
        if (origin.equals(ALL)) {
            return null;
        }
        if (origin.equals("null")) {
            return "is what any page can make its origin; list those that are meant";
        }
        if (origin.contains("*")) {
            return "has a star, which stands for nothing here; list each origin, or \"*\" alone for all";
        }
        String right = serialized(origin);
        if (right == null || !SERIALIZED.matcher(right).matches()) {
            return "is no origin; write one such as \"https://app.example.com\"";
        }
        return right.equals(origin) ? null : "is not what browsers send; write \"" + right + "\"";
    }

    /** Scheme and host in lower case, and the port unless it is the scheme's own; null: it has none of them. */
    private static @Nullable String serialized(String text) {
        try {
            URI url = new URI(text);
            if (url.getScheme() == null || url.getHost() == null) {
                return null;
            }
            String scheme = url.getScheme().toLowerCase(Locale.ROOT);
            boolean own = url.getPort() < 0
                    || (scheme.equals("http") && url.getPort() == 80)
                    || (scheme.equals("https") && url.getPort() == 443);
            return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + (own ? "" : ":" + url.getPort());
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
