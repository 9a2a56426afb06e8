package io.obogateway.config;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The methods of a route: tokens of RFC 9110 section 9.1, where case matters. */
final class Methods {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> KNOWN = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> NEVER = Set.of("CONNECT", "TRACE");

    private Methods() {}

    /** Empty: any. What is no method is reported, and stays in so that it is not taken for any. */
    static Set<String> read(Key key) {
        Set<String> methods = new LinkedHashSet<>();
        for (Key element : key.elements()) {
            String method = element.text();
            if (method == null) {
                continue;
            }
            String upper = method.toUpperCase(Locale.ROOT);
            if (NEVER.contains(upper)) {
                element.problem("\"" + method + "\" is never forwarded, it always gets 405; leave it out");
            } else if (!TOKEN.matcher(method).matches()) {
                element.problem("\"" + method + "\" is no method; write one such as \"GET\"");
            } else if (KNOWN.contains(upper) && !method.equals(upper)) {
                element.problem("\"" + method + "\" would match no request, case matters; write \"" + upper + "\"");
            }
            methods.add(method);
        }
        return methods;
    }
}
