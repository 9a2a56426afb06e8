package io.obogateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourceTest {
    @TempDir
    private Path folder;

    private ConfigSource source;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("gateway.conf"), "a = 1");
        Files.writeString(folder.resolve("routes/people.conf"), "b = 1");
        source = new ConfigSource(List.of(folder), Map.of());
    }

    @Test
    void eachFileThatIsReadCounts() throws IOException {
        List<String> before = source.look();
        assertThat(before).hasSize(2);
        assertThat(source.look()).isEqualTo(before);

        Files.writeString(folder.resolve("routes/people.conf"), "b = 12");
        List<String> changed = source.look();
        assertThat(changed).isNotEqualTo(before);

        Files.writeString(folder.resolve("routes/more.conf"), "c = 1");
        assertThat(source.look()).hasSize(3);
    }

    @Test
    void whatElseLiesInTheFolderDoesNot() throws IOException {
        List<String> before = source.look();

        Files.writeString(folder.resolve("gateway.log"), "{\"message\":\"the configuration was reloaded\"}");
        Files.writeString(folder.resolve("routes/people.conf.swp"), "half a li");
        Files.createDirectories(folder.resolve("old"));
        Files.writeString(folder.resolve("old/gateway.conf"), "a = 2");

        assertThat(source.look()).isEqualTo(before);
    }

    @Test
    void aLinkThatLeadsElsewhereIsAChange() throws IOException {
        Path data = folder.resolve("..data");
        Files.createSymbolicLink(data, Files.createDirectory(folder.resolve("..1")));
        Files.writeString(data.resolve("mounted.conf"), "m = 1");
        Files.createSymbolicLink(folder.resolve("mounted.conf"), Path.of("..data/mounted.conf"));
        List<String> before = source.look();

        Files.writeString(Files.createDirectory(folder.resolve("..2")).resolve("mounted.conf"), "m = 1");
        Files.delete(data);
        Files.createSymbolicLink(data, folder.resolve("..2"));

        assertThat(source.look()).isNotEqualTo(before);
    }

    @Test
    void aFileOfItsOwnIsLookedAtWhateverItsName() throws IOException {
        Path file = Files.writeString(folder.resolve("settings.txt"), "a = 1");
        ConfigSource one = new ConfigSource(List.of(file), Map.of());
        List<String> before = one.look();

        Files.writeString(file, "a = 12");

        assertThat(one.look()).isNotEqualTo(before);
    }
}
