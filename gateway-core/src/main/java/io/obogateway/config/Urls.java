package io.obogateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a URL in the configuration must be. A user and password in one is refused and never shown. */
final class Urls {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9]+\\.[0-9]+\\.[0-9]+|\\[::1]");
    private static final Pattern USER_INFO = Pattern.compile("//.*@");

    private Urls() {}

    /**
     * The URL of an issuer or a provider: tokens and secrets depend on who answers there.
     *
     * @param allowInsecureHttp whether plain HTTP may leave the machine
     */
    static @Nullable URI endpoint(Key key, boolean allowInsecureHttp) {
        URI url = url(key);
        if (url != null && url.getScheme().equals("http") && !allowInsecureHttp && !isLoopback(url.getHost())) {
            key.problem("must be https, or http on loopback, not " + shown(key)
                    + "; gateway.allow-insecure-http = true lifts this");
            return null;
        }
        return url;
    }

    /** The URL of an upstream, without a slash at its end: the request's path follows it. */
    static @Nullable URI upstream(Key key) {
        URI url = url(key);
        if (url == null) {
            return null;
        }
        if (url.getRawQuery() != null) {
            key.problem("must have no query, the request brings its own; not " + shown(key));
            return null;
        }
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    /** The port of a URL, its scheme's own where it names none. */
    static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    }

    private static @Nullable URI url(Key key) {
        String text = key.text();
        if (text == null) {
            return null;
        }
        try {
            URI url = new URI(text.strip());
            String wrong = wrong(url);
            if (wrong == null) {
                return lowerCased(url);
            }
            key.problem(wrong + ", not " + shown(key));
        } catch (URISyntaxException e) {
            key.problem("must be a URL, such as \"https://host/path\", not " + shown(key));
        }
        return null;
    }

    private static @Nullable String wrong(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return "must be a URL that begins with http:// or https://";
        }
        if (url.getRawAuthority() == null || url.getRawAuthority().startsWith(":")) {
            return "must name a host, such as \"" + scheme + "://host/path\"";
        }
        if (url.getRawAuthority().contains("@")) {
            return "must have no user and password in it";
        }
        if (url.getHost() == null) {
            return "must name a host of letters, digits, \"-\" and \".\", and at most a port after it";
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            return "must have a port from 1 to 65535";
        }
        return url.getRawFragment() == null ? null : "must have no fragment (#…)";
    }

    private static URI lowerCased(URI url) {
        String text = url.toString();
        int end = text.indexOf("://") + 3 + url.getRawAuthority().length();
        return URI.create(text.substring(0, end).toLowerCase(Locale.ROOT) + text.substring(end));
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    private static String shown(Key key) {
        return USER_INFO.matcher(key.shown()).replaceAll("//***@");
    }
}
