package io.obogateway.fakeentra;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the token endpoint answers to the requests that match: its answers in their order, the last one from then on.
 * A rule without an answer changes nothing. Thread-safe.
 */
public final class Rule {
    private final Predicate<TokenRequest> matcher;
    private final List<Answer> answers = new ArrayList<>();
    private int next;

    Rule(Predicate<TokenRequest> matcher) {
        this.matcher = matcher;
    }

    /** The next answer of the sequence. */
    public synchronized Rule answer(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** This answer so many times. */
    public synchronized Rule answer(Answer answer, int times) {
        for (int i = 0; i < times; i++) {
            answers.add(answer);
        }
        return this;
    }

    public Rule then(Answer answer) {
        return answer(answer);
    }

    /** From here on what the provider answers without a script. */
    public Rule thenSucceed() {
        return answer(Answer.success());
    }

    synchronized boolean matches(TokenRequest request) {
        return !answers.isEmpty() && matcher.test(request);
    }

    synchronized Answer next() {
        Answer answer = answers.get(next);
        next = Math.min(next + 1, answers.size() - 1);
        return answer;
    }
}
