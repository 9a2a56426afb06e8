package io.obogateway.access;

import io.obogateway.jwt.TokenDigest;
import io.obogateway.jwt.VerifiedToken;
import io.obogateway.route.RateLimit;
import io.obogateway.route.Route;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of a route is known by while its requests are counted: a digest, so that nobody's identity is kept, and a
 * wide one, so that nobody can have another's. The route's name and limit go into it: who changes a limit begins anew.
 */
final class CallerKey {
    private static final int NETWORK_GROUPS = 4;

    private final StringBuilder parts = new StringBuilder(160);

    private CallerKey(Route route, RateLimit limit, String kind) {
        add(route.name());
        add(Long.toString(limit.requests()));
        add(limit.per().toString());
        add(kind);
    }

    /** The user or application that a token speaks for: {@code oid}, else {@code sub}. Tokens without either share a key. */
    static TokenDigest ofSubject(Route route, RateLimit limit, VerifiedToken token) {
        String objectId = token.objectId();
        CallerKey key = new CallerKey(route, limit, objectId == null ? "sub" : "oid");
        return key.vouchedFor(token)
                .add(objectId == null ? token.subject() : objectId)
                .digest();
    }

    /** The application that sent a request. Tokens of an issuer that do not say share a key. */
    static TokenDigest ofClient(Route route, RateLimit limit, VerifiedToken token) {
        return new CallerKey(route, limit, "client")
                .vouchedFor(token)
                .add(token.client())
                .digest();
    }

    /** An address; of IPv6 its first 64 bits, because whoever has one of those addresses has them all (RFC 6177). */
    static TokenDigest ofAddress(Route route, RateLimit limit, String address) {
        return new CallerKey(route, limit, "address").add(network(address)).digest();
    }

    private static String network(String address) {
        int end = -1;
        for (int group = 0; group < NETWORK_GROUPS; group++) {
            end = address.indexOf(':', end + 1);
            if (end < 0) {
                return address;
            }
        }
        return address.substring(0, end);
    }

    private CallerKey vouchedFor(VerifiedToken token) {
        return add(token.issuer().name()).add(token.tenant());
    }

    /** Each part goes in behind its length, so that no two different lists of parts give the same text. */
    private CallerKey add(@Nullable String part) {
        if (part == null) {
            parts.append('-');
        } else {
            parts.append(part.length()).append(':').append(part);
        }
        return this;
    }

    /** Of the characters as they are: an encoding would make one of all that it does not know. */
    private TokenDigest digest() {
        ByteBuffer bytes = ByteBuffer.allocate(parts.length() * Character.BYTES);
        bytes.asCharBuffer().append(parts);
        return TokenDigest.of(bytes.array());
    }
}
