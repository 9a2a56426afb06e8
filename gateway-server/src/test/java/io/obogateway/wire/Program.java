package io.obogateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other people's programs, of Debian's packages, where they are installed. */
public final class Program {
    private static final long SECONDS = 60;

    private Program() {}

    public static boolean isInstalled(String name) {
        String path = System.getenv("PATH");
        return path != null && Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Runs it to its end and returns what it wrote to either output; one that does not end in a minute is ended. */
    public static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            assertThat(ended).as("%s ends; so far: %s", command.get(0), text).isTrue();
            return text;
        } finally {
            List<ProcessHandle> own = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            own.forEach(ProcessHandle::destroyForcibly);
            Files.delete(output);
        }
    }
}
