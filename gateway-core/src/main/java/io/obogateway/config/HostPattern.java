package io.obogateway.config;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The hosts of a route: exact names, or <code>*.</code> and a name for everything below it. */
final class HostPattern {
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";
    private static final String LABELS = LABEL + "(\\." + LABEL + ")*";
    private static final Pattern NAME = Pattern.compile(LABELS);
    private static final Pattern VALID = Pattern.compile("(\\*\\.)?" + LABELS + "|\\[[0-9a-f:.]+]");
    private static final Pattern WITH_PORT = Pattern.compile(".*[^:]:[0-9]+|\\[.*]:[0-9]+");

    private HostPattern() {}

    /** In lower case; empty: any. What is no host is reported, and stays in so that it is not taken for any. */
    static Set<String> read(Key key) {
        Set<String> hosts = new LinkedHashSet<>();
        for (Key element : key.elements()) {
            String text = element.text();
            if (text == null) {
                continue;
            }
            String host = text.toLowerCase(Locale.ROOT);
            if (!VALID.matcher(host).matches()) {
                element.problem("\"" + text + "\" " + wrong(host));
            }
            hosts.add(host);
        }
        return hosts;
    }

    /** Whether this is the name of one host, in lower case. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static String wrong(String host) {
        if (host.contains("://") || host.contains("/")) {
            return "is no host; write its name alone, such as \"api.example.com\"";
        }
        if (host.equals("*")) {
            return "is no host; leave hosts out for any";
        }
        if (WITH_PORT.matcher(host).matches()) {
            return "has a port; write the host alone, the port plays no part";
        }
        if (host.contains("*")) {
            return "has a star that is not a leading \"*.\"; write \"*.example.com\" for every host below example.com";
        }
        return "is no host; write a name such as \"api.example.com\" or \"*.example.com\"";
    }
}
