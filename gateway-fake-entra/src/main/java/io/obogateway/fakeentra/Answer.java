package io.obogateway.fakeentra;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the identity provider: what it says, and how badly it says it. Immutable; each method gives a changed
 * copy.
 *
 * @param headers beside those that frame the body
 * @param between how long a dripped body rests between two bytes
 * @param delay how long the answer is kept back
 * @param gate kept back until it opens, null: not at all
 */
public record Answer(
        int status,
        Map<String, String> headers,
        Content content,
        Delivery delivery,
        Duration between,
        Duration delay,
        @Nullable CountDownLatch gate) {

    /** What an answer says. */
    public sealed interface Content {}

    /**
     * What the provider would say without a script.
     *
     * @param changes JSON literals that replace or add members, null takes a member away
     */
    record Own(Map<String, @Nullable String> changes) implements Content {}

    /**
     * A JSON object.
     *
     * @param literals JSON texts by member name
     */
    record Members(Map<String, String> literals) implements Content {}

    /** Any text, as UTF-8. */
    record Text(String text) implements Content {}

    /** How an answer goes out. */
    enum Delivery {
        WHOLE,
        CHUNKED,
        /** The head at once, the body byte by byte. */
        DRIPPED,
        /** Half the body, then a TCP reset. */
        RESET_MID_BODY,
        /** Half the body, then an orderly close. */
        CUT_MID_BODY,
        /** Half the body, then nothing until the client leaves. */
        STUCK_MID_BODY,
        /** Nothing until the client leaves. */
        HANGING,
        /** An orderly close instead of an answer. */
        CLOSED
    }

    private static Answer of(int status, String contentType, Content content) {
        return new Answer(
                status,
                Map.of("Content-Type", contentType),
                content,
                Delivery.WHOLE,
                Duration.ZERO,
                Duration.ZERO,
                null);
    }

    static Answer members(Map<String, String> literals) {
        return of(200, "application/json; charset=utf-8", new Members(literals));
    }

    /** What the provider says without a script: a token, or Entra's error when the request deserves one. */
    public static Answer success() {
        return of(200, "application/json; charset=utf-8", new Own(Map.of()));
    }

    /** An OAuth error (RFC 6749 section 5.2) with what Entra adds to it. */
    public static Answer error(int status, String error) {
        Map<String, String> literals = new LinkedHashMap<>();
        literals.put("error", JsonText.quote(error));
        literals.put("error_description", JsonText.quote("Scripted by the fake identity provider."));
        return of(status, "application/json; charset=utf-8", new Members(literals));
    }

    /** 400 {@code interaction_required} with a claims challenge: multi-factor authentication, AADSTS50076. */
    public static Answer interactionRequired(String claims) {
        return error(400, "interaction_required")
                .code(50076)
                .suberror("basic_action")
                .claims(claims);
    }

    /** 429 in plain text, as a throttling gateway in front of Entra answers. */
    public static Answer throttled() {
        return text(429, "text/plain", "Too many requests. Please try again later.");
    }

    /** {@link #throttled()} with a {@code Retry-After}: seconds, an HTTP date, or nonsense. */
    public static Answer throttled(String retryAfter) {
        return throttled().header("Retry-After", retryAfter);
    }

    /** An HTML page, as a web proxy answers. */
    public static Answer html(int status) {
        return text(
                status, "text/html", "<html><head><title>" + status + "</title></head><body>Proxy error</body></html>");
    }

    public static Answer json(int status, String json) {
        return text(status, "application/json; charset=utf-8", json);
    }

    public static Answer text(int status, String contentType, String text) {
        return of(status, contentType, new Text(text));
    }

    /** 200 whose body says it is JSON and is not. */
    public static Answer garbage() {
        return json(200, "\u0000\u0001{\"access_token\": \ufffd]]>");
    }

    /** 200 with a well-formed token response of about this many bytes. */
    public static Answer oversized(int bytes) {
        return json(
                200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + "x".repeat(bytes) + "\"}");
    }

    /** A redirect, which no one may follow with credentials. */
    public static Answer redirect(int status, String location) {
        return text(status, "text/plain", "").header("Location", location);
    }

    /** Takes the request and never answers. */
    public static Answer hanging() {
        return success().delivered(Delivery.HANGING);
    }

    /** Closes the connection instead of answering. */
    public static Answer closed() {
        return success().delivered(Delivery.CLOSED);
    }

    /** This answer, its body cut by a TCP reset. */
    public Answer resetMidBody() {
        return delivered(Delivery.RESET_MID_BODY);
    }

    /** This answer, its body cut by an orderly close. */
    public Answer cutMidBody() {
        return delivered(Delivery.CUT_MID_BODY);
    }

    /** This answer, which stops halfway through its body and leaves the connection open. */
    public Answer stuckMidBody() {
        return delivered(Delivery.STUCK_MID_BODY);
    }

    /** This answer with {@code Transfer-Encoding: chunked}. */
    public Answer chunked() {
        return delivered(Delivery.CHUNKED);
    }

    /** This answer, its body a byte at a time. */
    public Answer dripped(Duration rest) {
        return new Answer(status, headers, content, Delivery.DRIPPED, rest, delay, gate);
    }

    /** This answer, kept back for a while. */
    public Answer delayed(Duration time) {
        return new Answer(status, headers, content, delivery, between, time, gate);
    }

    /** This answer, kept back until the latch opens (or the provider closes). */
    public Answer heldUntil(CountDownLatch latch) {
        return new Answer(status, headers, content, delivery, between, delay, latch);
    }

    public Answer header(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new Answer(status, Collections.unmodifiableMap(changed), content, delivery, between, delay, gate);
    }

    /** Entra's error numbers; the description begins with the first. */
    public Answer code(int... codes) {
        return member("error_codes", Arrays.toString(codes))
                .member(
                        "error_description",
                        JsonText.quote("AADSTS" + codes[0] + ": Scripted by the fake identity provider."))
                .member("error_uri", JsonText.quote("https://login.microsoftonline.com/error?code=" + codes[0]));
    }

    public Answer description(String text) {
        return member("error_description", JsonText.quote(text));
    }

    public Answer suberror(String suberror) {
        return member("suberror", JsonText.quote(suberror));
    }

    /** The claims challenge: a JSON text, sent as a JSON string, as Entra does. */
    public Answer claims(String claims) {
        return member("claims", JsonText.quote(claims));
    }

    /**
     * @param literal any JSON text: {@code 3599}, {@code "3599"} with its quotes, {@code -1}, {@code null}
     */
    public Answer expiresIn(String literal) {
        return member("expires_in", literal);
    }

    /** As {@link #expiresIn}, for {@code refresh_in}. */
    public Answer refreshIn(String literal) {
        return member("refresh_in", literal);
    }

    /** As {@link #expiresIn}, for {@code ext_expires_in}. */
    public Answer extExpiresIn(String literal) {
        return member("ext_expires_in", literal);
    }

    public Answer tokenType(String type) {
        return member("token_type", JsonText.quote(type));
    }

    /** Any string instead of the token, the empty one and one with line breaks too. */
    public Answer accessToken(String token) {
        return member("access_token", JsonText.quote(token));
    }

    public Answer without(String member) {
        return changed(member, null);
    }

    /** Adds or replaces a member of the JSON body; the literal goes out as it is. */
    public Answer member(String name, String literal) {
        return changed(name, literal);
    }

    private Answer changed(String name, @Nullable String literal) {
        if (content instanceof Own own) {
            Map<String, @Nullable String> changes = new LinkedHashMap<>(own.changes());
            changes.put(name, literal);
            return saying(new Own(changes));
        }
        if (content instanceof Members members) {
            Map<String, String> literals = new LinkedHashMap<>(members.literals());
            if (literal == null) {
                literals.remove(name);
            } else {
                literals.put(name, literal);
            }
            return saying(new Members(literals));
        }
        throw new IllegalStateException("this answer has no JSON members");
    }

    private Answer saying(Content changed) {
        return new Answer(status, headers, changed, delivery, between, delay, gate);
    }

    private Answer delivered(Delivery way) {
        return new Answer(status, headers, content, way, between, delay, gate);
    }

    /** What the provider says of itself, in the manner of this answer; this answer when it says something itself. */
    Answer over(Supplier<Answer> provider) {
        if (!(content instanceof Own script)) {
            return this;
        }
        Answer own = provider.get();
        Map<String, String> together = new LinkedHashMap<>(own.headers());
        together.putAll(headers);
        Answer answer = new Answer(own.status(), together, own.content(), delivery, between, delay, gate);
        if (own.status() == 200) {
            for (Map.Entry<String, @Nullable String> change : script.changes().entrySet()) {
                answer = answer.changed(change.getKey(), change.getValue());
            }
        }
        return answer;
    }

    /** The body, once nothing is left to the provider. */
    String body() {
        if (content instanceof Members members) {
            return JsonText.object(members.literals());
        }
        return content instanceof Text text ? text.text() : "";
    }
}
