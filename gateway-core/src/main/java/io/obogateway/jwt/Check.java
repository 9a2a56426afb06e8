package io.obogateway.jwt;

import io.obogateway.error.ErrorCode;
import io.obogateway.error.GatewayException;
import java.util.Locale;

/**
 * The checks that make a token trustworthy, in the order in which they are made, each with the sentence that a refusal
 * gives. The sentences name the check and nothing of the token. What is cheap and needs no key comes first, so that a
 * token that is stale or not for us never causes a key fetch; who may call is said only to a genuine token.
 */
public enum Check {
    SIZE("the token is too long"),
    SHAPE("the token is not a JWT in the compact form of a signature"),
    HEADER_ENCODING("the token's header is not canonical base64url"),
    HEADER_JSON("the token's header is not a JSON object with unique members"),
    UNENCRYPTED("the token is encrypted"),
    ALGORITHM_KIND("the token is not signed with a public-key algorithm (alg)"),
    CRITICAL("the token's header has critical extensions (crit, b64)"),
    EMBEDDED_KEY("the token's header brings or points to a key of its own (jwk, jku, x5u, x5c)"),
    TYPE("the token's header marks it as something else than an access token (typ, cty)"),
    KEY_ID("the token's key id (kid) is not a string of reasonable length"),
    PAYLOAD_ENCODING("the token's payload is not canonical base64url"),
    SIGNATURE_ENCODING("the token's signature is not canonical base64url"),
    PAYLOAD_JSON("the token's payload is not a JSON object with unique members"),
    CLAIM_TYPES("a claim of the token has the wrong type"),
    CLAIM_SIZES("a claim of the token is too large"),
    ISSUER("the token's issuer (iss) is not accepted here"),
    ALGORITHM("the token's algorithm (alg) is not one that its issuer may use"),
    EXPIRY_PRESENT("the token has no expiry (exp)"),
    DATES("a date of the token (exp, nbf, iat) is not a whole number of seconds in a reasonable range"),
    EXPIRY("the token has expired (exp)"),
    NOT_BEFORE("the token is not valid yet (nbf)"),
    ISSUED_AT("the token is from the future (iat)"),
    AUDIENCE("the token is not meant for this gateway (aud)"),
    TENANT("the token's tenant (tid) is not accepted"),
    VERSION("the token's version (ver) is not accepted"),
    TOKEN_USE("the token is not an access token"),
    KEY("the key that signed the token is not among its issuer's published keys"),
    KEY_USABLE("the published key that the token names is not fit for signatures"),
    KEY_ALGORITHM("the published key that the token names is not for the token's algorithm"),
    KEY_ISSUER("the published key that the token names belongs to another issuer"),
    SIGNATURE("the token's signature is wrong"),
    CLIENT(ErrorCode.CLIENT_NOT_ALLOWED, "the client that the token was issued to (azp, appid) is not allowed");

    /** How one check of one token went. */
    public record Result(Check check, boolean passed) {}

    private final ErrorCode code;
    private final String sentence;
    private final String label;

    Check(String sentence) {
        this(ErrorCode.TOKEN_INVALID, sentence);
    }

    Check(ErrorCode code, String sentence) {
        this.code = code;
        this.sentence = sentence;
        this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its stable name, such as {@code not-before}. */
    public String label() {
        return label;
    }

    /** What a refusal says when the check fails. */
    public String sentence() {
        return sentence;
    }

    GatewayException refused() {
        return new GatewayException(code, sentence);
    }
}
