package io.obogateway.upstream;

import java.net.URI;
import java.util.Locale;

/**
 * Everything that makes connections interchangeable: two requests may share a connection only if their origins are equal.
 *
 * @param host a name or an address, in lower case; an IPv6 address without brackets
 */
public record Origin(boolean tls, String host, int port) {

    /** The origin of an absolute {@code http} or {@code https} URI. */
    public static Origin of(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("no host in " + uri);
        }
        String bare = host.charAt(0) == '[' ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        return new Origin(tls, bare.toLowerCase(Locale.ROOT), port);
    }

    /** What goes into {@code Host} (RFC 9110, 7.2): the port only where it is not the scheme's. */
    public String authority() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? bracketed : bracketed + ":" + port;
    }
}
