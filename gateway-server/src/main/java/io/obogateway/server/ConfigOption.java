package io.obogateway.server;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --config}, which may stand before and after the command. */
final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "PATH",
            description =
                    "A configuration file, or a folder whose *.conf files and those in its routes/ are merged in name"
                            + " order. May be repeated; later ones win. Default: $" + Main.CONFIG_VARIABLE
                            + ", else config/.")
    private List<Path> paths = List.of();

    /** In the order of the arguments. */
    List<Path> paths() {
        return paths;
    }
}
