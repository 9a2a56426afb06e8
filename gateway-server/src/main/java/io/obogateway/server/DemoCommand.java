package io.obogateway.server;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code gateway demo} where there is none: the demo's identity provider has no place in production. */
@Command(name = "demo", description = "Shows the gateway at work; comes with the source tree only.")
final class DemoCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Unmatched
    @SuppressWarnings("UnusedVariable") // takes whatever arguments the real one would take
    private @Nullable List<String> arguments;

    @Override
    public Integer call() {
        requireNonNull(spec)
                .commandLine()
                .getErr()
                .println(
                        "gateway: the demo is not part of this installation, for it brings an identity provider that trusts"
                                + " everybody. It comes with the source tree: ./gateway demo");
        return ExitCode.USAGE;
    }
}
