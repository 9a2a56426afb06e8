package io.obogateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;

/** The gateway's configuration of the demo, as a file that the reader can open. */
final class ConfigFile {
    private static final String TEMPLATE = "gateway.conf";

    private ConfigFile() {}

    /**
     * Writes it beside the demo's jar ({@code target/demo}), or into the temporary folder where that cannot be written.
     *
     * @param values by the placeholder they stand in for: {@code @name@}
     */
    static Path write(Map<String, String> values) {
        String text = template();
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        try {
            return write(besideTheJar(), text);
        } catch (IOException e) {
            try {
                return write(Path.of(System.getProperty("java.io.tmpdir"), "obo-gateway-demo"), text);
            } catch (IOException second) {
                second.addSuppressed(e);
                throw new UncheckedIOException("nowhere to write the demo's configuration", second);
            }
        }
    }

    private static String template() {
        try (InputStream in = ConfigFile.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException(TEMPLATE + " is missing in the demo's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path folder, String text) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve(TEMPLATE), text);
    }

    private static Path besideTheJar() throws IOException {
        CodeSource source = ConfigFile.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = source == null ? null : Path.of(source.getLocation().toURI());
            Path folder = jar == null ? null : jar.getParent();
            if (folder == null) {
                throw new IOException("the demo's classes are in no folder");
            }
            return folder.resolve("demo");
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("the demo's classes are in no folder", e);
        }
    }
}
