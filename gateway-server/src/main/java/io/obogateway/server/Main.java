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
            "Without a command the gateway runs. Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration.",
            "GATEWAY_CONFIG names the configuration where --config does not; GATEWAY_LOG_LEVEL is ERROR, WARN, INFO or DEBUG."
        })
public final class Main implements Callable<Integer> {
    static final String CONFIG_VARIABLE = "GATEWAY_CONFIG";
    /** Netty's search for leaks costs each request; the tests make it, of every buffer. */
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    /** Lines that are logged while logging is set up come a moment later, which nobody needs to be told. */
    private static final String SLF4J_VERBOSITY = "slf4j.internal.verbosity";

    private static final Path DEFAULT_CONFIG = Path.of("config");

    private final Map<String, String> environment;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    Main(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        byDefault(LEAK_DETECTION, "disabled");
        byDefault(SLF4J_VERBOSITY, "ERROR");
        System.exit(commandLine().addSubcommand(new DemoCommand()).execute(arguments));
    }

    /** Sets up a library by its property, unless somebody has set it otherwise ({@code JAVA_OPTS}). */
    private static void byDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
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
