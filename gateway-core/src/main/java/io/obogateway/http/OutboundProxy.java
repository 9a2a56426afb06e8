package io.obogateway.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy through which a platform lets its applications out, and the hosts that are reached without it. What its
 * variables mean is convention, not standard: this is what curl and Go make of them, and CIDR blocks besides.
 */
public final class OutboundProxy {
    private static final int DEFAULT_PORT = 80;

    private final String host;
    private final int port;
    private final @Nullable String authorization;
    private final NoProxy exceptions;

    private OutboundProxy(String host, int port, @Nullable String authorization, NoProxy exceptions) {
        this.host = host;
        this.port = port;
        this.authorization = authorization;
        this.exceptions = exceptions;
    }

    /**
     * Reads {@code http://user:password@host:port}; the scheme, the credentials (percent-encoded) and the port may be left
     * out.
     *
     * @param noProxy as in {@code NO_PROXY}; null or empty: no exceptions
     * @throws IllegalArgumentException when the URL is none; the message says what would be right and quotes nothing of it,
     *     because it may hold a password
     */
    public static OutboundProxy parse(String url, @Nullable String noProxy) {
        URI uri;
        try {
            uri = new URI(url.contains("://") ? url : "http://" + url);
        } catch (URISyntaxException e) {
            // the cause quotes the URL
            throw new IllegalArgumentException("is no URL; write http://host:port");
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("is no http URL; the gateway speaks to proxies in plain HTTP");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("has no host; write http://host:port");
        }
        if (uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw new IllegalArgumentException("has more than a host and a port; write http://host:port");
        }
        String userInfo = uri.getUserInfo(); // percent-decoded
        return new OutboundProxy(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                userInfo == null ? null : basic(userInfo),
                NoProxy.parse(noProxy == null ? "" : noProxy));
    }

    private static String basic(String userInfo) {
        String credentials = userInfo.indexOf(':') < 0 ? userInfo + ":" : userInfo;
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** The {@code Proxy-Authorization} field's value (RFC 7617); null: none. */
    public @Nullable String authorization() {
        return authorization;
    }

    /** Whether a destination is reached through the proxy; this machine itself never is. */
    public boolean covers(String destinationHost, int destinationPort) {
        return !NoProxy.LOOPBACK.matches(destinationHost, destinationPort)
                && !exceptions.matches(destinationHost, destinationPort);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OutboundProxy that
                && host.equals(that.host)
                && port == that.port
                && Objects.equals(authorization, that.authorization)
                && exceptions.equals(that.exceptions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, exceptions);
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return "http://" + (authorization == null ? "" : "***@") + host + ":" + port;
    }
}
