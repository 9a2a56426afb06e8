package io.obogateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said to an upstream of where a request comes from. What a client says of hops before it, or of a user, is
 * hearsay and dropped; what a trusted proxy says of the hops is kept and extended.
 */
final class ForwardedFields {
    static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    private static final String X_FORWARDED = "x-forwarded-";

    private ForwardedFields() {}

    /**
     * Makes the fields of a received request those for the upstream, in place.
     *
     * @param host what the client asked for, empty if it did not say
     */
    static void set(HttpHeaders headers, Hop hop, String host) {
        if (hop.trusted() != null) {
            extend(headers, hop, host);
            return;
        }
        remove(headers);
        headers.set(X_FORWARDED_FOR, hop.address());
        headers.set(X_FORWARDED_PROTO, hop.scheme());
        if (!host.isEmpty()) {
            headers.set(X_FORWARDED_HOST, host);
        }
    }

    private static void extend(HttpHeaders headers, Hop hop, String host) {
        String chain = all(headers, X_FORWARDED_FOR);
        String scheme = all(headers, X_FORWARDED_PROTO);
        String named = all(headers, X_FORWARDED_HOST);
        String port = all(headers, X_FORWARDED_PORT);
        String forwarded = all(headers, FORWARDED);
        remove(headers);
        headers.set(X_FORWARDED_FOR, chain == null ? hop.address() : chain + ", " + hop.address());
        headers.set(X_FORWARDED_PROTO, scheme != null && isSchemes(scheme) ? scheme : hop.scheme());
        if (named != null && isAuthorities(named)) {
            headers.set(X_FORWARDED_HOST, named);
        } else if (!host.isEmpty()) {
            headers.set(X_FORWARDED_HOST, host);
        }
        if (port != null && isPorts(port)) {
            headers.set(X_FORWARDED_PORT, port);
        }
        if (forwarded != null) {
            boolean readable = ForwardedElements.senders(forwarded) != null;
            headers.set(FORWARDED, readable ? forwarded + ", " + element(hop, host) : element(hop, host));
        }
    }

    /** All values as one list; null if there are none. */
    private static @Nullable String all(HttpHeaders headers, AsciiString name) {
        List<String> values = headers.getAll(name);
        String joined = values.size() == 1 ? values.get(0) : String.join(", ", values);
        return joined.isBlank() ? null : joined;
    }

    /** The gateway's own element (RFC 7239, 4). */
    private static String element(Hop hop, String host) {
        String address = hop.address();
        StringBuilder element = new StringBuilder(64).append("for=");
        element.append(address.indexOf(':') < 0 ? address : "\"[" + address + "]\"");
        if (!host.isEmpty()) {
            element.append(";host=\"").append(host).append('"'); // a name or an address: nothing to escape
        }
        return element.append(";proto=").append(hop.scheme()).toString();
    }

    private static boolean isSchemes(String list) {
        for (int i = 0; i < list.length(); i++) {
            char c = AsciiString.toLowerCase(list.charAt(i));
            if ((c < 'a' || c > 'z') && c != ',' && c != ' ') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAuthorities(String list) {
        for (String authority : list.split(",", -1)) {
            if (!Authority.isValid(authority.strip())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPorts(String list) {
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if ((c < '0' || c > '9') && c != ',' && c != ' ') {
                return false;
            }
        }
        return true;
    }

    /** Every {@code X-Forwarded-*} and {@code Forwarded}. */
    static void remove(HttpHeaders headers) {
        List<CharSequence> found = null;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            CharSequence name = fields.next().getKey();
            if (isForwarded(name)) {
                found = found == null ? new ArrayList<>(4) : found;
                found.add(name);
            }
        }
        if (found != null) {
            found.forEach(headers::remove);
        }
    }

    /** Services that speak CGI take an underscore for a hyphen. */
    private static boolean isForwarded(CharSequence name) {
        int prefix = X_FORWARDED.length();
        if (name.length() < prefix) {
            return AsciiString.contentEqualsIgnoreCase(FORWARDED, name);
        }
        for (int i = 0; i < prefix; i++) {
            char c = AsciiString.toLowerCase(name.charAt(i));
            if (c != X_FORWARDED.charAt(i) && !(c == '_' && X_FORWARDED.charAt(i) == '-')) {
                return false;
            }
        }
        return true;
    }
}
