package io.obogateway.demo;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the demo's jar: {@code gateway demo}. */
@Command(name = "gateway", subcommands = CommandLine.HelpCommand.class)
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).addSubcommand(new DemoCommand(System.out, System.err));
    }
}
