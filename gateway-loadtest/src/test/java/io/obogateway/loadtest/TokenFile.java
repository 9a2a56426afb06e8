package io.obogateway.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Employees of a gateway that runs elsewhere: their tokens, one a line. */
final class TokenFile {
    private TokenFile() {}

    static List<Map<String, Object>> employees(@Nullable String file) {
        if (file == null) {
            throw new IllegalArgumentException(
                    "-Dgateway.url needs -Dgateway.tokens=FILE, a file with an employee's token a line");
        }
        try {
            List<Map<String, Object>> employees = Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(token -> Map.<String, Object>of("token", token))
                    .toList();
            if (employees.isEmpty()) {
                throw new IllegalArgumentException("-Dgateway.tokens=" + file + ": no token in it");
            }
            return employees;
        } catch (IOException e) {
            throw new UncheckedIOException("-Dgateway.tokens=" + file + " cannot be read", e);
        }
    }
}
