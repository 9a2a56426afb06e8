package io.obogateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LoggableFailureTest {

    @Test
    void printsStacksAndCausesWithoutTokens() {
        Throwable cause =
                new IllegalArgumentException("cannot read eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln-_x there");
        Throwable failure = new IllegalStateException("field was 'Bearer abc.def' or so", cause);

        String printed = printed(new LoggableFailure(failure));

        assertThat(printed)
                .contains(
                        "java.lang.IllegalStateException: field was 'Bearer *** or so",
                        "java.lang.IllegalArgumentException: cannot read *** there",
                        "printsStacksAndCausesWithoutTokens")
                .doesNotContain("abc.def", "eyJ", "c2ln");
    }

    @Test
    void failureThatIsItsOwnCauseEnds() {
        Throwable first = new IllegalStateException("first");
        Throwable second = new IllegalStateException("second", first);
        first.initCause(second);

        assertThat(printed(new LoggableFailure(first))).contains("first", "second");
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
