package io.obogateway.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A socket that writes and reads exactly the bytes a test says; ISO-8859-1 throughout. */
public final class RawConnection extends SocketConnection {
    private final InputStream in;

    RawConnection(Socket socket) {
        super(socket);
        in = new BufferedInputStream(received);
    }

    public static RawConnection to(int port) {
        try {
            return new RawConnection(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawConnection send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] bytes) {
        write(bytes);
        return this;
    }

    /** Reads one message: a head and, as it says, its content; chunked content with its chunks as they came. */
    public String message() {
        return message(true);
    }

    /** Reads a response to HEAD, or any other head alone. */
    public String head() {
        return message(false);
    }

    private String message(boolean withContent) {
        String head = readUntil("\r\n\r\n");
        if (!withContent) {
            return head;
        }
        String fields = head.toLowerCase(Locale.ROOT);
        if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return head + chunks();
        }
        int at = fields.indexOf("\r\ncontent-length: ");
        if (at < 0) {
            return head;
        }
        int begin = at + "\r\ncontent-length: ".length();
        return head + read(Integer.parseInt(fields.substring(begin, fields.indexOf("\r\n", begin))));
    }

    private String chunks() {
        StringBuilder all = new StringBuilder();
        while (true) {
            String line = readUntil("\r\n");
            all.append(line);
            int size = Integer.parseInt(line.strip(), 16);
            if (size == 0) {
                String trailer;
                do {
                    trailer = readUntil("\r\n");
                    all.append(trailer);
                } while (!trailer.equals("\r\n"));
                return all.toString();
            }
            all.append(read(size + 2));
        }
    }

    /** Reads exactly so many bytes. */
    public String read(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new AssertionError("the peer closed after " + bytes.length + " of " + count + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and forgets exactly so many bytes. */
    public void skip(long count) {
        try {
            in.skipNBytes(count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String readUntil(String end) {
        StringBuilder text = new StringBuilder();
        try {
            do {
                int next = in.read();
                if (next < 0) {
                    throw new AssertionError("the peer closed after: " + text);
                }
                text.append((char) next);
            } while (text.length() < end.length() || text.lastIndexOf(end) != text.length() - end.length());
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the stream; a reset counts as the end. */
    public String rest() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the peer keeps the connection open after: " + bytes, e);
        } catch (IOException reset) {
            bytes.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the peer closes within the read timeout, without another byte. */
    public boolean closedByPeer() {
        String rest = rest();
        return rest.isEmpty() || rest.equals("<reset>");
    }

    public void finishSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes so that the peer sees a reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
