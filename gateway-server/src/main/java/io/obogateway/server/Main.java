package io.obogateway.server;

import io.obogateway.config.ConfigSource;
import io.obogateway.tls.TlsProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** The command line: {@code gateway run}, {@code check}, …; without a command it runs. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {RunCommand.class, CheckCommand.class},
        description = "A reverse proxy that performs the OAuth 2.0 On-Behalf-Of exchange per route.",
        footer = {
            "",
            "Without a command the gateway runs. Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration."
        })
public final class Main implements Callable<Integer> {
    static final String CONFIG_VARIABLE = "GATEWAY_CONFIG";
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    private static final Path DEFAULT_CONFIG = Path.of("config");

    private final Map<String, String> environment;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    Main(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        samplesNoLeaks();
        System.exit(commandLine().addSubcommand(new DemoCommand()).execute(arguments));
    }

    /** Netty's search for leaks costs each request; the tests make it, of every buffer. Who wants it here says so. */
    private static void samplesNoLeaks() {
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }

    /** The commands of the server, for others to add theirs. */
    public static CommandLine commandLine() {
        return commandLine(System.getenv());
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Main(environment)).setExecutionExceptionHandler(new Failure());
    }

    @Override
    public Integer call() throws Exception {
        Preload.begin();
        return RunCommand.run(source(new ConfigOption()));
    }

    /** The configuration that the arguments, before and after the command, or else the environment name. */
    ConfigSource source(ConfigOption ofCommand) {
        List<Path> named = new ArrayList<>(config.paths());
        named.addAll(ofCommand.paths());
        return new ConfigSource(named.isEmpty() ? List.of(fromEnvironment()) : named, environment);
    }

    private Path fromEnvironment() {
        String named = environment.get(CONFIG_VARIABLE);
        return named == null || named.isBlank() ? DEFAULT_CONFIG : Path.of(named);
    }

    /** The release, from the jar's manifest; classes that are in no jar are of no release. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "unreleased" : version;
    }

    /** Answers {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "obo-gateway " + version(), "TLS by " + TlsProvider.detect().description()
            };
        }
    }
}
