package io.obogateway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses whose first bits are these (CIDR, RFC 4632).
 *
 * @param network its bytes, as a list, so that it compares by value
 */
public record AddressBlock(List<Byte> network, int prefixBits) {
    public AddressBlock {
        network = List.copyOf(network);
    }

    /** Of a block such as {@code 10.0.0.0/8} or a single address; null for anything else. */
    public static @Nullable AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = addressOf(slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            return null;
        }
        int bits = slash < 0 ? network.length * 8 : prefixBits(text.substring(slash + 1), network.length * 8);
        List<Byte> bytes = new ArrayList<>();
        for (byte each : network) {
            bytes.add(each);
        }
        return bits < 0 ? null : new AddressBlock(bytes, bits);
    }

    private static int prefixBits(String text, int max) {
        try {
            int bits = Integer.parseInt(text);
            return bits <= max ? bits : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether an address, as its bytes, is one of these. */
    public boolean contains(byte[] address) {
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

    /** As it is written: {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        byte[] bytes = new byte[network.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = network.get(i);
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefixBits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of four bytes, or of sixteen
        }
    }

    /** The bytes of a literal address, of IPv6 also in brackets; null for anything else. Never asks a name server. */
    public static byte @Nullable [] addressOf(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean literal = bare.indexOf(':') >= 0 ? isColonHex(bare) : isDottedQuad(bare);
        if (!literal) {
            return null;
        }
        try {
            return InetAddress.getByName(bare).getAddress(); // a literal is only parsed
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Or nearly so: what has another character is looked up as a name. */
    private static boolean isColonHex(String text) {
        return text.charAt(0) != '.' && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
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
