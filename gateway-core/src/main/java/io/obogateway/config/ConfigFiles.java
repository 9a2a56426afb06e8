package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files behind {@code --config}: found, put in order, parsed. */
final class ConfigFiles {
    private static final int MAX_DEPTH = 50;
    private static final String TOO_DEEP =
            "blocks are nested more than " + MAX_DEPTH + " deep here; is a closing brace missing?";

    private final Problems problems;
    private final List<Config> parsed = new ArrayList<>();

    /** Something that is nested deeper, or null: a brace is missing, or nobody wrote this by hand. */
    private static @Nullable ConfigValue deeper(ConfigValue value, int levels) {
        if (Substitutions.isUnresolved(value)) {
            return null;
        }
        Collection<ConfigValue> inner = value instanceof ConfigObject object
                ? object.values()
                : value instanceof ConfigList list ? list : List.of();
        if (levels == 0) {
            return inner.isEmpty() ? null : value;
        }
        for (ConfigValue each : inner) {
            ConfigValue found = deeper(each, levels - 1);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

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
            Config content = ConfigFactory.parseFile(file.toFile(), FileIncluder.options(file, problems));
            ConfigValue tooDeep = deeper(content.root(), MAX_DEPTH);
            if (tooDeep == null) {
                parsed.add(content);
            } else {
                Place place = Place.of(tooDeep.origin());
                problems.add(place == null ? new Place(file.toString(), 0) : place, "", TOO_DEEP);
            }
        } catch (StackOverflowError e) { // the parser goes down with the text
            problems.add(new Place(file.toString(), 0), "", TOO_DEEP);
        } catch (ConfigException.IO e) {
            problems.add(new Place(file.toString(), 0), "", "the file cannot be read");
        } catch (ConfigException e) {
            Place place = e.origin() == null ? null : Place.of(e.origin());
            problems.add(place == null ? new Place(file.toString(), 0) : place, "", SyntaxError.describe(e, place));
        }
    }
}
