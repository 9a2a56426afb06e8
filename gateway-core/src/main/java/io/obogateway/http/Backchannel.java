package io.obogateway.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls from the gateway to issuers and token providers. Never blocks; never follows redirects; never reads more than
 * {@link Call#maxBytes()} of an answer; always completes by {@link Call#deadline()}.
 */
public interface Backchannel {

    /**
     * @param body null for GET; else the content of a POST
     * @param contentType of the body
     * @param deadline from now until the last byte of the answer
     * @param maxBytes of the answer's content; a longer one fails the call
     */
    record Call(
            URI uri,
            Map<String, String> headers,
            @Nullable String contentType,
            @Nullable String body,
            Duration deadline,
            int maxBytes) {

        public static Call get(URI uri, Duration deadline, int maxBytes) {
            return new Call(uri, Map.of("accept", "application/json"), null, null, deadline, maxBytes);
        }

        public static Call post(
                URI uri,
                Map<String, String> headers,
                String contentType,
                String body,
                Duration deadline,
                int maxBytes) {
            return new Call(uri, headers, contentType, body, deadline, maxBytes);
        }

        /** Says where the call goes; a body may hold secrets. */
        @Override
        public String toString() {
            return (body == null ? "GET " : "POST ") + uri;
        }
    }

    /**
     * An answer, complete.
     *
     * @param headers names in lower case, the first value of each
     * @param body decoded as UTF-8
     */
    record Answer(int status, Map<String, String> headers, String body) {
        /** Says how it went; a body may hold tokens. */
        @Override
        public String toString() {
            return "HTTP " + status;
        }
    }

    /**
     * Starts a call. The future completes on any thread, exceptionally with a {@link BackchannelException} when there was
     * no complete answer.
     */
    CompletableFuture<Answer> send(Call call);
}
