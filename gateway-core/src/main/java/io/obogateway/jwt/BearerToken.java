package io.obogateway.jwt;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The credential that a request carries in {@code Authorization: Bearer} (RFC 6750, 2.1), not yet looked into. */
public final class BearerToken {
    private static final String SCHEME = "Bearer";

    private final String value;

    /** Computed by whoever asks first; two threads that race compute the same. */
    private volatile @Nullable TokenDigest digest;

    private BearerToken(String value) {
        this.value = value;
    }

    /** A token that came some other way than in a request, such as from a file. */
    public static BearerToken of(String value) {
        return new BearerToken(value);
    }

    /**
     * Takes the token out of a request. The scheme's name is case-insensitive (RFC 9110, 11.1); tokens in the query or
     * the body are not looked for.
     *
     * @throws GatewayException {@link ErrorCode#TOKEN_MISSING} when there is none, {@link ErrorCode#BAD_REQUEST} when
     *     there are two {@code Authorization} fields
     */
    public static BearerToken from(RequestHead head) {
        List<String> fields = head.fields("authorization");
        if (fields.size() > 1) {
            throw new GatewayException(ErrorCode.BAD_REQUEST, "more than one Authorization field");
        }
        String token = fields.isEmpty() ? "" : credential(fields.get(0));
        if (token.isEmpty()) {
            throw new GatewayException(ErrorCode.TOKEN_MISSING, "no bearer token in the Authorization field");
        }
        return new BearerToken(token);
    }

    private static String credential(String field) {
        int length = SCHEME.length();
        boolean bearer = field.length() > length
                && field.charAt(length) == ' '
                && field.regionMatches(true, 0, SCHEME, 0, length);
        return bearer ? field.substring(length + 1).strip() : "";
    }

    /** The token as received. */
    public String value() {
        return value;
    }

    /** What the caches know the token by. */
    public TokenDigest digest() {
        TokenDigest known = digest;
        if (known == null) {
            known = TokenDigest.of(value);
            digest = known;
        }
        return known;
    }

    /** The token is a secret. */
    @Override
    public String toString() {
        return "Bearer ***";
    }
}
