package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;

/**
 * Who a request comes from: walking back along the chain of proxies, the first address that is not a trusted one. What
 * stands to the left of it was written by somebody who is not believed.
 */
final class ClientAddress {
    private ClientAddress() {}

    /**
     * An address as text; IPv6 in its long form ({@code 2001:db8:0:0:0:0:0:1}).
     *
     * @param headers of the request as received
     */
    static String of(HttpHeaders headers, Hop hop) {
        TrustedProxies trusted = hop.trusted();
        if (trusted == null) {
            return hop.address();
        }
        if (headers.contains(ForwardedFields.X_FORWARDED_FOR)) {
            return of(split(headers.getAll(ForwardedFields.X_FORWARDED_FOR)), trusted, hop.address());
        }
        List<String> forwarded = headers.getAll(ForwardedFields.FORWARDED);
        List<String> senders = forwarded.isEmpty() ? null : ForwardedElements.senders(String.join(",", forwarded));
        return senders == null ? hop.address() : of(senders, trusted, hop.address());
    }

    private static List<String> split(List<String> values) {
        return List.of(String.join(",", values).split(","));
    }

    /** Where the chain stops being readable, whoever wrote the last readable address is as far as we see. */
    private static String of(List<String> chain, TrustedProxies trusted, String nearest) {
        String known = nearest;
        for (int i = chain.size() - 1; i >= 0; i--) {
            String node = chain.get(i).strip();
            if (!node.isEmpty()) {
                InetAddress address = TrustedProxies.addressOf(withoutPort(node));
                if (address == null) {
                    return known;
                }
                known = address.getHostAddress();
                if (!trusted.contains(address)) {
                    return known;
                }
            }
        }
        return known;
    }

    /** Some proxies write the port, too; an IPv6 address is in brackets then (RFC 7239, 6). */
    private static String withoutPort(String node) {
        if (node.charAt(0) == '[') {
            int end = node.indexOf(']');
            return end < 0 ? "" : node.substring(1, end);
        }
        int colon = node.indexOf(':');
        return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
    }
}
