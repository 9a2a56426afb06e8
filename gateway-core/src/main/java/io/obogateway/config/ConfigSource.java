package io.obogateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a configuration is read from, at the start and again whenever it has changed.
 *
 * @param paths as {@link ConfigLoader#load} takes them
 * @param environment likewise; it does not change while the process lives
 */
public record ConfigSource(List<Path> paths, Map<String, String> environment) {
    public ConfigSource {
        paths = List.copyOf(paths);
        environment = Map.copyOf(environment);
    }

    /**
     * Reads it. Blocks.
     *
     * @throws InvalidConfigException with everything that is wrong
     */
    public GatewayConfig load() {
        return ConfigLoader.load(paths, environment);
    }

    /**
     * What the files look like from outside: equal as long as none of them was changed, replaced, added or removed. Links
     * are followed, so that a ConfigMap's swap is seen, which changes a link that none of the files is. What else lies in
     * their folders does not count. Blocks.
     */
    public List<String> look() {
        List<String> seen = new ArrayList<>();
        paths.forEach(path -> look(path, seen));
        return List.copyOf(seen);
    }

    private static void look(Path path, List<String> seen) {
        try {
            for (Path file : Files.isDirectory(path) ? ConfigFiles.in(path) : List.of(path)) {
                seen.add(lookAt(file));
            }
        } catch (IOException e) {
            seen.add(path + " cannot be read"); // being replaced, or gone: the next look says more
        }
    }

    private static String lookAt(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return file.toRealPath() + " " + attributes.fileKey() + " " + attributes.size() + " "
                + attributes.lastModifiedTime();
    }

    /** The environment holds secrets. */
    @Override
    public String toString() {
        return "ConfigSource" + paths;
    }
}
