package io.obogateway.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An HTTP/1.x message as whoever receives it reads it: what it says, and nothing of how it was framed.
 *
 * @param start the request line or status line
 * @param fields in their order, names in their case
 * @param content without chunks; ISO-8859-1
 */
record Message(String start, List<Field> fields, String content, List<Field> trailers) {
    /** A field line, its value without the white space around it. */
    record Field(String name, String value) {
        Field lowerCase() {
            return new Field(name.toLowerCase(Locale.ROOT), value);
        }

        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    /** Reads a request and, if it wants to be asked for its content, asks for it. */
    static Message request(RawConnection from) {
        Message head = head(from);
        if (!head.values("expect").isEmpty()) {
            from.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        return head.isChunked() ? head.withChunks(from) : head.with(from.read(head.length(0)));
    }

    /** Reads a final response's content behind its head. */
    Message response(RawConnection from, String method) {
        int status = status();
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return this;
        }
        if (isChunked()) {
            return withChunks(from);
        }
        int length = length(-1);
        return with(length < 0 ? from.rest() : from.read(length));
    }

    static Message head(RawConnection from) {
        String start = line(from);
        return new Message(start, fields(from), "", List.of());
    }

    int status() {
        return Integer.parseInt(start.substring(9, 12));
    }

    String method() {
        return start.substring(0, start.indexOf(' '));
    }

    boolean http10() {
        return start.startsWith("HTTP/1.0") || start.endsWith("HTTP/1.0");
    }

    List<String> values(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    /** Whether its connection carries another message afterwards. */
    boolean persists() {
        String options = String.join(",", values("connection")).toLowerCase(Locale.ROOT);
        return http10() ? options.contains("keep-alive") : !options.contains("close");
    }

    @Override
    public String toString() {
        return start + "\n" + fields + "\n" + content.length() + " bytes of content, " + content.hashCode() + "\n"
                + trailers;
    }

    private boolean isChunked() {
        return values("transfer-encoding").stream().anyMatch("chunked"::equalsIgnoreCase);
    }

    private int length(int otherwise) {
        List<String> lengths = values("content-length");
        return lengths.isEmpty() ? otherwise : Integer.parseInt(lengths.get(0));
    }

    private Message with(String newContent) {
        return new Message(start, fields, newContent, List.of());
    }

    private Message withChunks(RawConnection from) {
        StringBuilder all = new StringBuilder();
        while (true) {
            String line = line(from);
            int extension = line.indexOf(';');
            int size = Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size == 0) {
                return new Message(start, fields, all.toString(), fields(from));
            }
            all.append(from.read(size));
            from.read(2);
        }
    }

    private static List<Field> fields(RawConnection from) {
        List<Field> fields = new ArrayList<>();
        for (String line = line(from); !line.isEmpty(); line = line(from)) {
            int colon = line.indexOf(':');
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return fields;
    }

    private static String line(RawConnection from) {
        String line = from.readUntil("\r\n");
        return line.substring(0, line.length() - 2);
    }
}
