package io.obogateway.fakeentra;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes answers to one connection, in the manner each asks for. */
final class AnswerWriter {
    private static final int CHUNKS = 3;

    private final Socket socket;
    private final OutputStream out;
    private final CountDownLatch closed;

    /**
     * @param closed opens when the server closes, which ends every rest and delay
     */
    AnswerWriter(Socket socket, CountDownLatch closed) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.closed = closed;
    }

    /** Whether the connection can carry another request. */
    boolean write(Answer answer, boolean keepAlive) throws IOException, InterruptedException {
        keepBack(answer);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean reusable =
                keepAlive && !"close".equalsIgnoreCase(answer.headers().get("Connection"));
        switch (answer.delivery()) {
            case WHOLE -> out.write(concat(head(answer, body.length), body));
            case CHUNKED -> chunks(answer, body);
            case DRIPPED -> drip(answer, body);
            default -> {
                breakOff(answer, body);
                return false;
            }
        }
        out.flush();
        return reusable;
    }

    private void keepBack(Answer answer) throws InterruptedException {
        rest(answer.delay());
        CountDownLatch gate = answer.gate();
        while (gate != null && !gate.await(10, TimeUnit.MILLISECONDS) && closed.getCount() > 0) {}
    }

    private void chunks(Answer answer, byte[] body) throws IOException {
        out.write(head(answer, -1));
        int size = Math.max(1, (body.length + CHUNKS - 1) / CHUNKS);
        for (int from = 0; from < body.length; from += size) {
            int length = Math.min(size, body.length - from);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, from, length);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void drip(Answer answer, byte[] body) throws IOException, InterruptedException {
        out.write(head(answer, body.length));
        for (byte b : body) {
            rest(answer.between());
            out.write(b);
            out.flush();
        }
    }

    private void breakOff(Answer answer, byte[] body) throws IOException {
        Answer.Delivery way = answer.delivery();
        if (way != Answer.Delivery.HANGING && way != Answer.Delivery.CLOSED) {
            out.write(head(answer, body.length));
            out.write(body, 0, body.length / 2);
            out.flush();
        }
        if (way == Answer.Delivery.HANGING || way == Answer.Delivery.STUCK_MID_BODY) {
            // ends when the client leaves or the server closes
            socket.setSoTimeout(0);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        if (way == Answer.Delivery.RESET_MID_BODY) {
            socket.setSoLinger(true, 0);
        }
    }

    private void rest(Duration time) throws InterruptedException {
        if (!time.isZero()) {
            closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static byte[] head(Answer answer, int length) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(answer.status()).append(" \r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Cache-Control: no-store\r\n");
        if (length < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] concat(byte[] head, byte[] body) {
        byte[] both = new byte[head.length + body.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(body, 0, both, head.length, body.length);
        return both;
    }
}
