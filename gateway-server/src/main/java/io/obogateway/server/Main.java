package io.obogateway.server;

import io.obogateway.config.ConfigLoader;
import io.obogateway.config.GatewayConfig;
import io.obogateway.config.InvalidConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
    private static final Path DEFAULT_CONFIG = Path.of("config");

    private final Map<String, String> environment;

    @Option(
            names = "--config",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description =
                    "A configuration file, or a folder whose *.conf files and those in its routes/ are merged in name"
                            + " order. May be repeated; later ones win. Default: $" + CONFIG_VARIABLE
                            + ", else config/.")
    private @Nullable List<Path> config;

    Main(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().addSubcommand(new DemoCommand()).execute(arguments));
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
        return new RunCommand(this).call();
    }

    /**
     * The configuration that the arguments and the environment name.
     *
     * @throws InvalidConfigException with everything that is wrong
     */
    GatewayConfig load() {
        return ConfigLoader.load(paths(), environment);
    }

    List<Path> paths() {
        if (config != null) {
            return config;
        }
        String named = environment.get(CONFIG_VARIABLE);
        return List.of(named == null || named.isBlank() ? DEFAULT_CONFIG : Path.of(named));
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
            return new String[] {"obo-gateway " + version()};
        }
    }
}
