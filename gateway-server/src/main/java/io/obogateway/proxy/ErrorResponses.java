package io.obogateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.obogateway.error.ErrorCode;
import io.obogateway.error.Refusal;
import io.obogateway.error.Refusal.ClaimsChallenge;
import io.obogateway.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as a response: a problem document (RFC 9457) and, where a token is the matter, a challenge (RFC 6750, 3). Pure.
 */
public final class ErrorResponses {
    private static final String TYPE_PREFIX = "urn:obo-gateway:problem:";
    private static final String PROBLEM_JSON = "application/problem+json";

    private ErrorResponses() {}

    /**
     * @param route null where none took the request
     * @param traceId empty where the request had no readable head
     */
    public static FullHttpResponse of(Refusal refusal, @Nullable String route, String traceId) {
        ByteBuf body = Unpooled.wrappedBuffer(
                JsonWriter.write(document(refusal, route, traceId)).getBytes(StandardCharsets.UTF_8));
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.code().status()), body);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, PROBLEM_JSON);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        String challenge = challenge(refusal);
        if (challenge != null) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge);
        }
        Duration retryAfter = refusal.retryAfter();
        if (retryAfter != null) {
            headers.set(
                    HttpHeaderNames.RETRY_AFTER,
                    Math.max(1, retryAfter.plusMillis(999).toSeconds()));
        }
        if (refusal.code() == ErrorCode.METHOD_NOT_ALLOWED) {
            headers.set(HttpHeaderNames.ALLOW, String.join(", ", refusal.allow()));
        }
        return response;
    }

    private static Map<String, @Nullable Object> document(Refusal refusal, @Nullable String route, String traceId) {
        ErrorCode code = refusal.code();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", TYPE_PREFIX + code.code());
        members.put("title", code.title());
        members.put("status", code.status());
        members.put("detail", refusal.detail());
        members.put("code", code.code());
        members.put("traceId", traceId.isEmpty() ? null : traceId);
        members.put("route", route);
        members.put("error", refusal.error());
        members.put("errorCodes", refusal.errorCodes().isEmpty() ? null : refusal.errorCodes());
        members.put("correlationId", refusal.correlationId());
        members.put("remedy", refusal.remedy());
        return members;
    }

    private static @Nullable String challenge(Refusal refusal) {
        return switch (refusal.code()) {
            case TOKEN_MISSING -> "Bearer";
            case TOKEN_INVALID -> bearer("invalid_token", refusal.detail());
            case INSUFFICIENT_SCOPE, CLIENT_NOT_ALLOWED -> bearer("insufficient_scope", refusal.detail());
            case CLAIMS_CHALLENGE -> claims(refusal);
            default -> null;
        };
    }

    private static String bearer(String error, String description) {
        return "Bearer error=\"" + error + "\", error_description=\"" + quotable(description) + "\"";
    }

    /** Entra's form: one challenge, standard base64 with padding. */
    private static @Nullable String claims(Refusal refusal) {
        ClaimsChallenge challenge = refusal.challenge();
        if (challenge == null) {
            return null;
        }
        String uri = challenge.authorizationUri();
        return "Bearer realm=\"" + quotable(challenge.realm()) + "\", "
                + (uri == null ? "" : "authorization_uri=\"" + quotable(uri) + "\", ")
                + "error=\"insufficient_claims\", claims=\""
                + Base64.getEncoder().encodeToString(challenge.claims().getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    /** The characters that RFC 6750, 3 permits in a description; others become a space. */
    private static String quotable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c == '"' ? '\'' : c < 0x20 || c > 0x7e || c == '\\' ? ' ' : c);
        }
        return clean.toString();
    }
}
