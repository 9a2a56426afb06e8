package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files behind {@code --config}: found, put in order, parsed. */
final class ConfigFiles {
    private final Problems problems;
    private final List<Config> parsed = new ArrayList<>();

    private ConfigFiles(Problems problems) {
        this.problems = problems;
    }

    /** The contents of all files in their order, later ones winning; substitutions are not resolved yet. */
    static List<Config> read(List<Path> paths, Problems problems) {
        ConfigFiles files = new ConfigFiles(problems);
        paths.forEach(files::readPath);
        return files.parsed;
    }

    private void readPath(Path path) {
        if (Files.isDirectory(path)) {
            readFolder(path);
        } else if (Files.exists(path)) {
            readFile(path);
        } else {
            problems.add(new Place(path.toString(), 0), "", "no such file or folder; --config names one or the other");
        }
    }

    private void readFolder(Path folder) {
        List<Path> files;
        try {
            files = in(folder);
        } catch (IOException e) {
            problems.add(new Place(folder.toString(), 0), "", "the folder cannot be read: " + e);
            return;
        }
        if (files.isEmpty()) {
            problems.add(new Place(folder.toString(), 0), "", "the folder has no *.conf file, nor has routes/ in it");
        }
        files.forEach(this::readFile);
    }

    /** The files of a folder that count, in their order. */
    static List<Path> in(Path folder) throws IOException {
        List<Path> files = confFiles(folder);
        Path routes = folder.resolve("routes");
        if (Files.isDirectory(routes)) {
            files.addAll(confFiles(routes));
        }
        return files;
    }

    private static List<Path> confFiles(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.conf")) {
            for (Path entry : entries) {
                if (!Files.isDirectory(entry)) {
                    files.add(entry);
                }
            }
        }
        files.sort(null);
        return files;
    }

    private void readFile(Path file) {
        try {
            parsed.add(ConfigFactory.parseFile(file.toFile(), FileIncluder.options(file, problems)));
        } catch (ConfigException.IO e) {
            problems.add(new Place(file.toString(), 0), "", "the file cannot be read");
        } catch (ConfigException e) {
            Place place = e.origin() == null ? null : Place.of(e.origin());
            problems.add(place == null ? new Place(file.toString(), 0) : place, "", SyntaxError.describe(e, place));
        }
    }
}
