package io.obogateway.demo;

import picocli.CommandLine;

/** The gateway's command line with one command more: {@code demo}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine gateway = io.obogateway.server.Main.commandLine();
        gateway.addSubcommand(new DemoCommand(System.out));
        // a command that was added later does not fail like the others by itself
        return gateway.setExecutionExceptionHandler(gateway.getExecutionExceptionHandler());
    }
}
