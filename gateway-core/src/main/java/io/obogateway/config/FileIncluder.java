package io.obogateway.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code include} means in one file: another file, relative to this one, that must exist. The library's own includer
 * would pass over a missing file in silence and fetch URLs.
 */
final class FileIncluder implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    private final Path file;
    private final @Nullable FileIncluder includedBy;
    private final Problems problems;

    private FileIncluder(Path file, @Nullable FileIncluder includedBy, Problems problems) {
        this.file = file;
        this.includedBy = includedBy;
        this.problems = problems;
    }

    /** How a file is parsed, its includes included. */
    static ConfigParseOptions options(Path file, Problems problems) {
        return options(new FileIncluder(file, null, problems));
    }

    private static ConfigParseOptions options(FileIncluder includer) {
        return ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(includer);
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        Path named = file.resolveSibling(what);
        Path included = Files.exists(named) ? named : file.resolveSibling(what + ".conf");
        if (!Files.isRegularFile(included)) {
            return refused(what, "includes \"" + what + "\", which is not there: no file " + named);
        }
        for (FileIncluder above = this; above != null; above = above.includedBy) {
            if (above.file.normalize().equals(included.normalize())) {
                return refused(what, "includes \"" + what + "\", which is this file or includes it");
            }
        }
        return ConfigFactory.parseFile(included.toFile(), options(new FileIncluder(included, this, problems)))
                .root();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        return include(context, what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        return refused(what.toString(), "includes a URL; only files can be included");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        return refused(what, "includes a class path resource; only files can be included");
    }

    private ConfigObject refused(String what, String message) {
        problems.add(new Place(file.toString(), lineOf(what)), "", message);
        return ConfigFactory.empty().root();
    }

    /** The library does not say where an include stands. */
    private int lineOf(String what) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("include") && lines.get(i).contains("\"" + what + "\"")) {
                    return i + 1;
                }
            }
        } catch (IOException e) {
            return 0; // the line is a courtesy; the problem itself is reported all the same
        }
        return 0;
    }
}
