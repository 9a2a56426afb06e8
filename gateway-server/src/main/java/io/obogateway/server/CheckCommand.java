package io.obogateway.server;

import static java.util.Objects.requireNonNull;

import io.obogateway.config.GatewayConfig;
import io.obogateway.config.RouteTableReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code gateway check}: says what a configuration means, or everything that is wrong with it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Validates the configuration without asking anybody on the network, and prints what it means:"
                + " routes, issuers, providers, limits.")
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable Main main;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        GatewayConfig checked = requireNonNull(main).source(config).load();
        PrintWriter out = requireNonNull(spec).commandLine().getOut();
        out.print(RouteTableReport.render(checked));
        out.flush();
        PrintWriter err = requireNonNull(spec).commandLine().getErr();
        checked.warnings().forEach(warning -> err.println("warning: " + warning));
        err.flush();
        return ExitCode.OK;
    }
}
