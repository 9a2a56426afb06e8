package io.obogateway.jwt;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import io.obogateway.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The credential that a request carries in {@code Authorization: Bearer} (RFC 6750, 2.1), not yet looked into. */
public final class BearerToken {
    private static final String SCHEME = "Bearer";

    /** What the token stands in: taken out only for who has to look into it, which a token seen before spares. */
    private final String field;

    private final int begin;
    private final int end;

    /** Made by whoever asks first; two threads that race make the same. */
    private volatile @Nullable String value;

    private volatile @Nullable TokenDigest digest;

    private BearerToken(String field, int begin, int end) {
        this.field = field;
        this.begin = begin;
        this.end = end;
    }

    /** A token that came some other way than in a request, such as from a file. */
    public static BearerToken of(String value) {
        return new BearerToken(value, 0, value.length());
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
        BearerToken token = fields.isEmpty() ? null : credential(fields.get(0));
        if (token == null) {
            throw new GatewayException(ErrorCode.TOKEN_MISSING, "no bearer token in the Authorization field");
        }
        return token;
    }

    private static @Nullable BearerToken credential(String field) {
        int begin = SCHEME.length();
        int end = field.length();
        if (end <= begin || field.charAt(begin) != ' ' || !field.regionMatches(true, 0, SCHEME, 0, begin)) {
            return null;
        }
        while (begin < end && isBlank(field.charAt(begin))) {
            begin++;
        }
        while (begin < end && isBlank(field.charAt(end - 1))) {
            end--;
        }
        return begin == end ? null : new BearerToken(field, begin, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** The token as received. */
    public String value() {
        String known = value;
        if (known == null) {
            known = field.substring(begin, end);
            value = known;
        }
        return known;
    }

    /** What the caches know the token by. */
    public TokenDigest digest() {
        TokenDigest known = digest;
        if (known == null) {
            known = TokenDigest.of(field, begin, end);
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
