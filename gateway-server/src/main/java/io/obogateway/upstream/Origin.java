package io.obogateway.upstream;

import io.obogateway.http.OutboundProxy;
import io.obogateway.route.Upstream;
import io.obogateway.route.UpstreamTls;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Everything that makes connections interchangeable: two requests may share a connection only if their origins are equal.
 *
 * @param host a name or an address, in lower case; an IPv6 address without brackets
 * @param proxy through which it is reached; null: directly
 * @param tlsSettings what is particular about TLS to it; null: nothing
 * @param http2 it speaks HTTP/2, else HTTP/1.1
 */
public record Origin(
        boolean tls,
        String host,
        int port,
        @Nullable OutboundProxy proxy,
        @Nullable UpstreamTls tlsSettings,
        boolean http2) {

    /** The origin of an absolute {@code http} or {@code https} URI. */
    public static Origin of(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("no host in " + uri);
        }
        String bare = host.charAt(0) == '[' ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        return new Origin(tls, bare.toLowerCase(Locale.ROOT), port, null, null, false);
    }

    /** The same origin with these settings for TLS; without TLS they mean nothing, and it stays as it is. */
    public Origin with(@Nullable UpstreamTls settings) {
        return settings != null && tls ? new Origin(true, host, port, proxy, settings, http2) : this;
    }

    /** The same origin, to which this is spoken. */
    public Origin speaking(Upstream.Protocol protocol) {
        boolean wanted = protocol == Upstream.Protocol.HTTP2;
        return wanted == http2 ? this : new Origin(tls, host, port, proxy, tlsSettings, wanted);
    }

    /** The same origin, reached through the proxy unless that leaves it out. */
    public Origin through(@Nullable OutboundProxy outboundProxy) {
        return outboundProxy != null && outboundProxy.covers(host, port)
                ? new Origin(tls, host, port, outboundProxy, tlsSettings, http2)
                : this;
    }

    /**
     * The request target as this origin's connection needs it: in absolute form towards a proxy that forwards requests
     * itself (RFC 9112, 3.2.2).
     *
     * @param path the target in origin form
     */
    public String target(String path) {
        return forwardedByProxy() ? "http://" + authority() + path : path;
    }

    /** What the proxy wants to see in each request; null where it sees none, or wants nothing. */
    public @Nullable String proxyAuthorization() {
        return proxy != null && forwardedByProxy() ? proxy.authorization() : null;
    }

    /** In plain text the proxy forwards request by request; TLS goes through a tunnel. */
    boolean forwardedByProxy() {
        return proxy != null && !tls;
    }

    /** What goes into {@code Host} (RFC 9110, 7.2): the port only where it is not the scheme's. */
    public String authority() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? bracketed : bracketed + ":" + port;
    }
}
