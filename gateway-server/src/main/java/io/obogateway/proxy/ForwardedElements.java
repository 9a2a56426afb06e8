package io.obogateway.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The elements of a {@code Forwarded} field, read strictly (RFC 7239, 4). */
final class ForwardedElements {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String text;
    private final List<String> senders = new ArrayList<>(4);
    private int at;

    private ForwardedElements(String text) {
        this.text = text;
    }

    /**
     * The {@code for} of each element, in order; empty text where an element has none.
     *
     * @return null if the field is malformed, so that an element behind it could be read as a part of it
     */
    static @Nullable List<String> senders(String field) {
        ForwardedElements elements = new ForwardedElements(field);
        return elements.read() ? elements.senders : null;
    }

    private boolean read() {
        while (true) {
            skipSpace();
            if (!atEnd() && text.charAt(at) != ',') {
                String sender = element();
                if (sender == null) {
                    return false;
                }
                senders.add(sender);
            }
            skipSpace();
            if (atEnd()) {
                return true;
            }
            if (text.charAt(at++) != ',') {
                return false;
            }
        }
    }

    /** {@code pair *( ";" pair )}, either of which may be empty; null if malformed. */
    private @Nullable String element() {
        String sender = "";
        while (true) {
            if (!atEnd() && text.charAt(at) != ';' && text.charAt(at) != ',') {
                String name = token();
                if (name.isEmpty() || atEnd() || text.charAt(at++) != '=') {
                    return null;
                }
                String value = !atEnd() && text.charAt(at) == '"' ? quoted() : token();
                if (value == null || value.isEmpty()) {
                    return null;
                }
                sender = name.toLowerCase(Locale.ROOT).equals("for") ? value : sender;
            }
            skipSpace(); // not in the grammar, but written by many
            if (atEnd() || text.charAt(at) != ';') {
                return sender;
            }
            at++;
            skipSpace();
        }
    }

    private String token() {
        int begin = at;
        while (!atEnd() && isTokenChar(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private static boolean isTokenChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private @Nullable String quoted() {
        StringBuilder value = new StringBuilder();
        for (at++; !atEnd(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return value.toString();
            }
            if (c == '\\' && ++at == text.length()) {
                return null;
            }
            value.append(text.charAt(at));
        }
        return null;
    }

    private void skipSpace() {
        while (!atEnd() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean atEnd() {
        return at >= text.length();
    }
}
