package io.obogateway.fakeentra;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.Map;
import java.util.StringJoiner;

/** JSON as text, put together from literals, so that a script may put any nonsense where a number belongs. */
final class JsonText {
    private JsonText() {}

    /** The string as a JSON string literal. */
    static String quote(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /**
     * @param literals by member name, in order; each a JSON text of its own
     */
    static String object(Map<String, String> literals) {
        StringJoiner members = new StringJoiner(",", "{", "}");
        literals.forEach((name, literal) -> members.add(quote(name) + ":" + literal));
        return members.toString();
    }

    static String of(Map<String, ?> members) {
        return JSONObjectUtils.toJSONString(members);
    }
}
