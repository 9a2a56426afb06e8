package io.obogateway.fakeentra;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests (RFC 9112) off one connection: as much of the protocol as well-behaved clients use. */
final class RequestReader {
    private static final int MAX_LINE = 256 * 1024;
    private static final int MAX_FIELDS = 200;
    private static final int MAX_BODY = 4 * 1024 * 1024;

    private final InputStream in;

    RequestReader(InputStream in) {
        this.in = in;
    }

    /**
     * Waits for the next request.
     *
     * @return null when the client closed the connection between requests
     * @throws IOException when the bytes are no request, are too many, or stop in the middle
     */
    @Nullable
    WireRequest next() throws IOException {
        String line = line();
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new IOException("not a request line");
        }
        Map<String, String> headers = fields();
        return new WireRequest(parts[0], parts[1], headers, body(headers));
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i <= MAX_FIELDS; i++) {
            String line = lineOrEnd();
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a field line");
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        throw new IOException("too many fields");
    }

    private String body(Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks();
        }
        String length = headers.get("content-length");
        return length == null ? "" : bytes(bounded(Integer.parseInt(length)));
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = bounded(Integer.parseInt(lineOrEnd(), 16));
            if (size == 0) {
                fields();
                return body.toString();
            }
            bounded(body.length() + size);
            body.append(bytes(size));
            lineOrEnd();
        }
    }

    private String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("body ended early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int bounded(int size) {
        if (size < 0 || size > MAX_BODY) {
            throw new UncheckedIOException(new IOException("body too large"));
        }
        return size;
    }

    private String lineOrEnd() throws IOException {
        String line = line();
        if (line == null) {
            throw new EOFException("request ended early");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new EOFException("line ended early");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("line too long");
            }
            line.append((char) c);
        }
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    }
}
