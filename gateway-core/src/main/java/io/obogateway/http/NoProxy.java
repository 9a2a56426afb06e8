package io.obogateway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are reached without the proxy, as {@code NO_PROXY} lists them: names with all below them (with or without
 * a leading {@code .} or {@code *.}), addresses, CIDR blocks, each with a port or without, or {@code *}.
 */
record NoProxy(List<Entry> entries) {
    /** No proxy leads back to this machine. */
    static final NoProxy LOOPBACK = parse("localhost,127.0.0.0/8,::1");

    /**
     * @param name lower case, without a leading dot; empty: any
     * @param block null unless the entry is an address or a CIDR block
     * @param port 0: any
     */
    record Entry(String name, @Nullable Block block, int port) {
        boolean matches(String host, byte @Nullable [] address, int destinationPort) {
            if (port != 0 && port != destinationPort) {
                return false;
            }
            if (block != null) {
                return address != null && block.contains(address);
            }
            return name.isEmpty() || host.equals(name) || host.endsWith("." + name);
        }
    }

    /** The addresses whose first bits are these; as a list of bytes, so that it compares by value. */
    record Block(List<Byte> network, int prefixBits) {
        boolean contains(byte[] address) {
            if (address.length != network.size()) {
                return false;
            }
            for (int bit = 0; bit < prefixBits; bit++) {
                int mask = 0x80 >>> (bit % 8);
                if ((address[bit / 8] & mask) != (network.get(bit / 8) & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    static NoProxy parse(String list) {
        List<Entry> entries = new ArrayList<>();
        for (String part : list.split(",")) {
            String text = part.strip().toLowerCase(Locale.ROOT);
            if (!text.isEmpty()) {
                entries.add(entry(text));
            }
        }
        return new NoProxy(List.copyOf(entries));
    }

    private static Entry entry(String text) {
        if (text.equals("*")) {
            return new Entry("", null, 0);
        }
        Block block = block(text);
        if (block != null) {
            return new Entry("", block, 0);
        }
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? 0 : portOf(text.substring(colon + 1));
        String host = port == 0 ? text : text.substring(0, colon);
        Block address = block(host);
        if (address != null) {
            return new Entry("", address, port);
        }
        String name = host.startsWith("*.") ? host.substring(2) : host.startsWith(".") ? host.substring(1) : host;
        // an entry that names nothing matches nothing, rather than everything
        return new Entry(name.isEmpty() || name.equals("*") ? "?" : name, null, port);
    }

    private static int portOf(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port < 65536 ? port : 0;
        } catch (NumberFormatException e) {
            return 0; // the colon belongs to something else
        }
    }

    private static @Nullable Block block(String text) {
        int slash = text.indexOf('/');
        byte[] network = address(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            return null;
        }
        int bits = slash < 0 ? network.length * 8 : prefixBits(text.substring(slash + 1), network.length * 8);
        List<Byte> bytes = new ArrayList<>();
        for (byte each : network) {
            bytes.add(each);
        }
        return bits < 0 ? null : new Block(List.copyOf(bytes), bits);
    }

    private static int prefixBits(String text, int max) {
        try {
            int bits = Integer.parseInt(text);
            return bits <= max ? bits : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    boolean matches(String host, int port) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String name = bare.toLowerCase(Locale.ROOT);
        byte[] address = address(name);
        for (Entry entry : entries) {
            if (entry.matches(name, address, port)) {
                return true;
            }
        }
        return false;
    }

    /** The bytes of a literal address; null for anything else. Never asks a name server. */
    private static byte @Nullable [] address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean literal = bare.indexOf(':') >= 0 || isDottedQuad(bare);
        if (!literal) {
            return null;
        }
        try {
            return InetAddress.getByName(bare).getAddress(); // a literal is only parsed
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static boolean isDottedQuad(String text) {
        String[] parts = text.split("\\.", -1);
        return parts.length == 4
                && Arrays.stream(parts)
                        .allMatch(part -> !part.isEmpty()
                                && part.length() <= 3
                                && part.chars().allMatch(c -> c >= '0' && c <= '9')
                                && Integer.parseInt(part) <= 255);
    }
}
