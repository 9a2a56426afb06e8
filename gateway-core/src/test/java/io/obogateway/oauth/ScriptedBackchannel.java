package io.obogateway.oauth;

import io.obogateway.http.Backchannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A {@link Backchannel} without sockets, for what is about time and order: the test decides when a call is answered. */
final class ScriptedBackchannel implements Backchannel {
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Answer>> answers = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Answer> send(Call call) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        answers.add(answer);
        calls.add(call);
        return answer;
    }

    int count() {
        return calls.size();
    }

    Call call(int index) {
        return calls.get(index);
    }

    void answer(int index, int status, Map<String, String> headers, String body) {
        answers.get(index).complete(new Answer(status, headers, body));
    }

    void answer(int index, TokenEndpoint.Reply reply) {
        answer(index, reply.status(), reply.headers(), reply.body());
    }

    void fail(int index, Throwable failure) {
        answers.get(index).completeExceptionally(failure);
    }
}
