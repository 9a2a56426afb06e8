package io.obogateway.fakeentra;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The rules for the token endpoint; of several that match, the newest decides. */
final class Script {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    Rule when(Predicate<TokenRequest> matcher) {
        Rule rule = new Rule(matcher);
        rules.add(0, rule);
        return rule;
    }

    Answer answer(TokenRequest request) {
        for (Rule rule : rules) {
            if (rule.matches(request)) {
                return rule.next();
            }
        }
        return Answer.success();
    }

    void clear() {
        rules.clear();
    }
}
