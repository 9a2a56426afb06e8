package io.obogateway.error;

import java.util.Locale;

/**
 * Every way in which the gateway refuses a request: the HTTP status, who is to blame and the public title. The lower-case
 * name is the {@code code} member of the problem document (RFC 9457) and the metric label.
 */
public enum ErrorCode {
    BAD_REQUEST(400, Blame.CLIENT, "The request is malformed or ambiguous"),
    TOKEN_MISSING(401, Blame.CLIENT, "An access token is required"),
    TOKEN_INVALID(401, Blame.CLIENT, "The access token was not accepted"),
    CLAIMS_CHALLENGE(401, Blame.CLIENT, "The identity provider asks for more from the user"),
    TOKEN_NOT_DELEGATED(403, Blame.CLIENT, "This route takes employees' tokens only"),
    TOKEN_NOT_APPLICATION(403, Blame.CLIENT, "This route takes applications' tokens only"),
    INSUFFICIENT_SCOPE(403, Blame.CLIENT, "The access token does not permit this"),
    CLIENT_NOT_ALLOWED(403, Blame.CLIENT, "The calling application is not permitted here"),
    CONSENT_REQUIRED(403, Blame.CLIENT, "Consent is missing"),
    ACCESS_DENIED(403, Blame.CLIENT, "The identity provider denies this user or application access"),
    ORIGIN_NOT_ALLOWED(403, Blame.CLIENT, "Pages of this origin may not call this"),
    NO_ROUTE(404, Blame.CLIENT, "No route takes this request"),
    METHOD_NOT_ALLOWED(405, Blame.CLIENT, "The method is not allowed here"),
    REQUEST_TIMEOUT(408, Blame.CLIENT, "The request took too long to arrive"),
    BODY_TOO_LARGE(413, Blame.CLIENT, "The request body is too large"),
    URI_TOO_LONG(414, Blame.CLIENT, "The request line is too long"),
    EXPECTATION_FAILED(417, Blame.CLIENT, "The expectation cannot be met"),
    RATE_LIMITED(429, Blame.CLIENT, "The caller sends too many requests"),
    HEADERS_TOO_LARGE(431, Blame.CLIENT, "The request header section is too large"),
    INTERNAL(500, Blame.GATEWAY, "The gateway failed"),
    NOT_IMPLEMENTED(501, Blame.CLIENT, "The request asks for something that is not implemented"),
    UPSTREAM_INVALID(502, Blame.UPSTREAM, "The service gave an invalid answer"),
    PROVIDER_INVALID(502, Blame.PROVIDER, "The identity provider gave an invalid answer"),
    PROVIDER_REJECTED_GATEWAY(502, Blame.GATEWAY, "The identity provider does not accept this gateway's registration"),
    UPSTREAM_UNAVAILABLE(503, Blame.UPSTREAM, "The service cannot be reached"),
    PROVIDER_UNAVAILABLE(503, Blame.PROVIDER, "The identity provider is unavailable"),
    OVERLOADED(503, Blame.GATEWAY, "The gateway is at its limit"),
    UPSTREAM_TIMEOUT(504, Blame.UPSTREAM, "The service took too long to answer"),
    HTTP_VERSION_NOT_SUPPORTED(505, Blame.CLIENT, "The HTTP version is not supported");

    /** Whose fault a refusal is; decides the log level. */
    public enum Blame {
        CLIENT,
        PROVIDER,
        UPSTREAM,
        GATEWAY
    }

    private final int status;
    private final Blame blame;
    private final String title;
    private final String code;

    ErrorCode(int status, Blame blame, String title) {
        this.status = status;
        this.blame = blame;
        this.title = title;
        this.code = name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }

    /** Who has to act. */
    public Blame blame() {
        return blame;
    }

    /** One sentence without specifics, safe for anybody's eyes. */
    public String title() {
        return title;
    }

    /** The stable public name, such as {@code token_missing}. */
    public String code() {
        return code;
    }
}
