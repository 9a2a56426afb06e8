package io.obogateway.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the connection that requests come on: who is at its other end, and whether their word counts. Made
 * once for a connection.
 *
 * @param address the peer's, as text
 * @param scheme of the requests, {@code http} or {@code https}
 * @param trusted the proxies that are believed, if the peer is one of them; null if it is not
 */
public record Hop(String address, String scheme, @Nullable TrustedProxies trusted) {
    private static final String UNKNOWN = "unknown";

    /**
     * @param peer the connection's; null or of no IP socket: nobody that could be believed
     */
    public static Hop of(@Nullable SocketAddress peer, String scheme, TrustedProxies proxies) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return new Hop(UNKNOWN, scheme, null);
        }
        InetAddress address = TrustedProxies.plain(inet.getAddress());
        return new Hop(address.getHostAddress(), scheme, proxies.contains(address) ? proxies : null);
    }
}
