package io.obogateway.http;

import io.obogateway.http.BackchannelException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A backchannel for tests: real calls by the JDK's own client, and a way to wait until all that they led to is done. */
public final class TestBackchannel implements Backchannel {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Object lock = new Object();
    private int underWay;

    @Override
    public CompletableFuture<Answer> send(Call call) {
        synchronized (lock) {
            underWay++;
        }
        CompletableFuture<Answer> result = new CompletableFuture<>();
        client.sendAsync(request(call), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(response -> answer(call, response))
                .orTimeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    // whoever depends on the result goes on within this call, so that afterwards all is done
                    if (failure == null) {
                        result.complete(answer);
                    } else {
                        result.completeExceptionally(translated(failure));
                    }
                    synchronized (lock) {
                        underWay--;
                        lock.notifyAll();
                    }
                });
        return result;
    }

    /** Returns when no call is under way and everything that waited for one has gone on. */
    public void awaitQuiet() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        synchronized (lock) {
            while (underWay > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(underWay + " calls are still under way");
                }
                lock.wait(left);
            }
        }
    }

    private static HttpRequest request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
        call.headers().forEach(request::header);
        if (call.body() == null) {
            return request.GET().build();
        }
        if (call.contentType() != null) {
            request.header("content-type", call.contentType());
        }
        return request.POST(HttpRequest.BodyPublishers.ofString(call.body())).build();
    }

    private static Answer answer(Call call, HttpResponse<byte[]> response) {
        if (response.body().length > call.maxBytes()) {
            throw new CompletionException(
                    new BackchannelException(Reason.TOO_LARGE, call.uri() + " answered with too much", null));
        }
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        return new Answer(response.statusCode(), headers, new String(response.body(), StandardCharsets.UTF_8));
    }

    private static Throwable translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BackchannelException) {
            return cause;
        }
        Reason reason = Reason.MALFORMED;
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            reason = Reason.TIMEOUT;
        } else if (cause instanceof ConnectException) {
            reason = Reason.UNREACHABLE;
        } else if (cause instanceof IOException) {
            reason = Reason.BROKEN;
        }
        return new BackchannelException(reason, "no answer: " + reason, cause);
    }
}
