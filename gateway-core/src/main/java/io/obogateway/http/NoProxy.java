package io.obogateway.http;

import java.util.ArrayList;
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
    record Entry(String name, @Nullable AddressBlock block, int port) {
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
        AddressBlock block = AddressBlock.parse(text);
        if (block != null) {
            return new Entry("", block, 0);
        }
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? 0 : portOf(text.substring(colon + 1));
        String host = port == 0 ? text : text.substring(0, colon);
        AddressBlock address = AddressBlock.parse(host);
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

    boolean matches(String host, int port) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String name = bare.toLowerCase(Locale.ROOT);
        byte[] address = AddressBlock.addressOf(name);
        for (Entry entry : entries) {
            if (entry.matches(name, address, port)) {
                return true;
            }
        }
        return false;
    }
}
