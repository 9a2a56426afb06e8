package io.obogateway.oauth;

import io.obogateway.http.Backchannel.Answer;
import io.obogateway.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A token endpoint's answer, read strictly: a token (RFC 6749, 5.1), an error (5.2), or neither. */
sealed interface TokenResponse {

    /**
     * A token.
     *
     * @param expiresIn seconds; null where the provider did not say, or said nonsense
     * @param refreshIn seconds until it wants to be asked again; null likewise
     */
    record Token(
            String accessToken,
            @Nullable Long expiresIn,
            @Nullable Long refreshIn) implements TokenResponse {
        @Override
        public String toString() {
            return "Token[***, expiresIn=" + expiresIn + "]";
        }
    }

    /**
     * An error. Its description is left behind here: it names users.
     *
     * @param error what logic may depend on
     * @param codes AADSTS numbers: hints
     * @param claims what the user must do first, as minified JSON
     */
    record Refused(
            String error,
            @Nullable String suberror,
            List<Integer> codes,
            @Nullable String correlationId,
            @Nullable String claims)
            implements TokenResponse {}

    /**
     * Anything else.
     *
     * @param reason for people, without anything of the answer's content
     */
    record Invalid(String reason) implements TokenResponse {}

    /* Beyond a year it is not a lifetime, it is a mistake. */
    long MAX_SECONDS = 366L * 24 * 3600;
    int MAX_CODES = 10;

    static TokenResponse read(Answer answer) {
        Map<String, @Nullable Object> members;
        try {
            members = Json.object(answer.body());
        } catch (Json.InvalidJsonException e) {
            return new Invalid("HTTP " + answer.status() + " without a JSON object");
        }
        if (answer.status() == 200) {
            return token(members);
        }
        if (answer.status() >= 400) {
            return error(answer.status(), members);
        }
        return new Invalid("HTTP " + answer.status());
    }

    private static TokenResponse token(Map<String, @Nullable Object> members) {
        if (!(members.get("access_token") instanceof String accessToken) || accessToken.isEmpty()) {
            return new Invalid("no access_token");
        }
        if (!visibleAscii(accessToken)) {
            return new Invalid("an access_token with characters that no header field may hold");
        }
        Object type = members.get("token_type");
        if (type != null && !(type instanceof String name && name.equalsIgnoreCase("bearer"))) {
            return new Invalid("a token_type other than Bearer");
        }
        return new Token(accessToken, seconds(members.get("expires_in")), seconds(members.get("refresh_in")));
    }

    private static TokenResponse error(int status, Map<String, @Nullable Object> members) {
        if (!(members.get("error") instanceof String error) || !isErrorCode(error)) {
            return new Invalid("HTTP " + status + " without an error code");
        }
        return new Refused(
                error,
                members.get("suberror") instanceof String suberror ? suberror : null,
                codes(members.get("error_codes"), members.get("error_description")),
                members.get("correlation_id") instanceof String id && isIdentifier(id) ? id : null,
                ClaimsParameter.minified(members.get("claims")));
    }

    /** A header injection is not the only danger: what is no token is not sent on as one. */
    private static boolean visibleAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** RFC 6749, 5.2, and of a length that fits a message. */
    private static boolean isErrorCode(String error) {
        return visibleAscii(error)
                && !error.isEmpty()
                && error.length() <= 100
                && error.indexOf('"') < 0
                && error.indexOf('\\') < 0;
    }

    private static boolean isIdentifier(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c != '-' && (c > 'z' || !Character.isLetterOrDigit(c))) {
                return false;
            }
        }
        return id.length() <= 64;
    }

    /** Providers send numbers and strings alike. */
    private static @Nullable Long seconds(@Nullable Object value) {
        long seconds;
        if (value instanceof Long number) {
            seconds = number;
        } else if (value instanceof Double number && number == Math.rint(number)) {
            seconds = number.longValue();
        } else if (value instanceof String text && isNumber(text)) {
            seconds = Long.parseLong(text);
        } else {
            return null;
        }
        return seconds > 0 && seconds <= MAX_SECONDS ? seconds : null;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 12;
    }

    /** The numbers; where a provider in between has dropped them (Texas), the one that the description begins with. */
    private static List<Integer> codes(@Nullable Object codes, @Nullable Object description) {
        List<Integer> numbers = new ArrayList<>(2);
        if (codes instanceof List<?> list) {
            for (Object code : list) {
                if (code instanceof Long number
                        && number > 0
                        && number <= Integer.MAX_VALUE
                        && numbers.size() < MAX_CODES) {
                    numbers.add(number.intValue());
                }
            }
        }
        if (numbers.isEmpty() && description instanceof String text && text.startsWith("AADSTS")) {
            int end = "AADSTS".length();
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            String digits = text.substring("AADSTS".length(), end);
            if (!digits.isEmpty() && digits.length() <= 9) {
                numbers.add(Integer.parseInt(digits));
            }
        }
        return List.copyOf(numbers);
    }
}
