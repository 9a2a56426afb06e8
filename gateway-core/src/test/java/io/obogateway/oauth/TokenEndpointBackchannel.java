package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import io.obogateway.http.BackchannelException;
import io.obogateway.http.BackchannelException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A {@link Backchannel} for tests over the JDK's client: real connections, deadlines and bounds. */
final class TokenEndpointBackchannel implements Backchannel {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public CompletableFuture<Answer> send(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
        call.headers().forEach(request::header);
        if (call.contentType() != null) {
            request.header("content-type", call.contentType());
        }
        if (call.body() != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(call.body()));
        }
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request.build(), head -> new Bounded(call.maxBytes()));
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        exchange.copy()
                .orTimeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, thrown) -> {
                    if (response != null) {
                        answer.complete(answer(response));
                    } else {
                        exchange.cancel(true);
                        answer.completeExceptionally(failure(thrown));
                    }
                });
        return answer;
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        return new Answer(response.statusCode(), headers, new String(response.body(), StandardCharsets.UTF_8));
    }

    private static BackchannelException failure(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        Reason reason = cause instanceof TimeoutException
                ? Reason.TIMEOUT
                : cause instanceof ConnectException
                        ? Reason.UNREACHABLE
                        : cause instanceof TooLarge || cause.getCause() instanceof TooLarge
                                ? Reason.TOO_LARGE
                                : Reason.BROKEN;
        return new BackchannelException(reason, String.valueOf(cause.getMessage()), cause);
    }

    /** More content than allowed. */
    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Reads up to a bound and gives up beyond it. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
        private final HttpResponse.BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
        private final int max;
        private int read;
        private Flow.@Nullable Subscription subscription;

        Bounded(int max) {
            this.max = max;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return all.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            all.onSubscribe(newSubscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                read += buffer.remaining();
            }
            if (read > max) {
                if (subscription != null) {
                    subscription.cancel();
                }
                all.onError(new TooLarge());
            } else {
                all.onNext(buffers);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            all.onError(thrown);
        }

        @Override
        public void onComplete() {
            all.onComplete();
        }
    }
}
