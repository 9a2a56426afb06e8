package io.obogateway.proxy;

import io.netty.util.NetUtil;
import io.obogateway.http.AddressBlock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the proxies before the gateway: what they say of where a request comes from is believed, and nobody
 * else's word.
 */
public record TrustedProxies(List<AddressBlock> blocks) {
    /** Nobody. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final int MAPPED_PREFIX = 12;

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A literal address; an IPv4 address in IPv6's clothes ({@code ::ffff:192.0.2.1}) is the IPv4 address. Never asks a name
     * server.
     *
     * @return null for anything else
     */
    static @Nullable InetAddress addressOf(String literal) {
        return literal.indexOf('%') >= 0 ? null : plain(NetUtil.createByteArrayFromIpAddressString(literal));
    }

    /** The same address without IPv6's clothes and without a zone. */
    static InetAddress plain(InetAddress address) {
        InetAddress plain = plain(address.getAddress());
        return plain == null ? address : plain;
    }

    private static @Nullable InetAddress plain(byte @Nullable [] address) {
        if (address == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(
                    isMapped(address) ? Arrays.copyOfRange(address, MAPPED_PREFIX, address.length) : address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static boolean isMapped(byte[] address) { // RFC 4291, 2.5.5.2
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
