package io.obogateway.benchmarks;

import io.obogateway.http.RequestPath;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading request targets: an ordinary one, one with escapes, one with parameters, a long one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@NullUnmarked // JMH fills the fields
public class PathParsing {
    @Param({
        "/people/v1/employees/123456?fields=name,mail",
        "/people/v1/employees/J%C3%BCrgen%20Gr%c3%b8n",
        "/people/v1;lang=nb/employees/123456",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z"
    })
    public String target;

    /** Segments, normal form and query. */
    @Benchmark
    public RequestPath parse() {
        return RequestPath.parse(target);
    }

    /** The baseline: one pass over the same characters, with nothing decided. */
    @Benchmark
    public String[] splitOnly() {
        return target.split("/", -1);
    }
}
