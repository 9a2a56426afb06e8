package io.obogateway.wire;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An upstream that keeps what it is sent and answers each request, by the number in its {@code X-Case}, as it was told. */
final class RecordingUpstream implements AutoCloseable {
    static final String CASE = "X-Case";

    private final RawUpstream listening = new RawUpstream();
    private final Map<String, String> responses = new ConcurrentHashMap<>();
    private final BlockingQueue<Message> seen = new LinkedBlockingQueue<>();

    RecordingUpstream() {
        start(() -> {
            while (true) {
                RawConnection connection = listening.acceptOrNull();
                if (connection == null) {
                    return;
                }
                start(() -> serve(connection));
            }
        });
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "recording-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.port();
    }

    String url() {
        return listening.url();
    }

    /**
     * @param response all of its bytes; interim ones before it, too
     */
    void answer(int number, String response) {
        responses.put(Integer.toString(number), response);
    }

    /** The next request that it was sent. */
    Message next() throws InterruptedException {
        Message next = seen.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("the upstream was sent nothing");
        }
        return next;
    }

    /** Serves one connection until either side is through with it. */
    private void serve(RawConnection connection) {
        try (connection) {
            boolean persists = true;
            while (persists) {
                Message request = Message.request(connection);
                seen.add(request);
                String response = responses.getOrDefault(String.join("", request.values(CASE)), "");
                connection.send(response);
                persists = request.persists() && !endsWithItsConnection(response);
            }
        } catch (AssertionError | RuntimeException left) {
            // whoever was connected has gone
        }
    }

    private static boolean endsWithItsConnection(String response) {
        return response.isEmpty() || response.contains("Connection: close\r\n") || response.contains("HTTP/1.0 ");
    }

    @Override
    public void close() {
        listening.close();
    }
}
