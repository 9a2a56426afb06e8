package io.obogateway.demo;

import picocli.CommandLine;

/** The command line of the gateway with one command more: {@code demo}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return io.obogateway.server.Main.commandLine().addSubcommand(new DemoCommand(System.out));
    }
}
