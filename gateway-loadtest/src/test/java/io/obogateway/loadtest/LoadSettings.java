package io.obogateway.loadtest;

import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How much load, and on what: the system properties {@code gateway.*} of the Maven command line.
 *
 * @param url of the gateway under load; null: one that runs embedded, with everything around it
 * @param tokens a file with an employee's token a line; needed with a {@code url}, ignored without
 * @param path asked for with GET
 * @param employees of the embedded gateway who are known from the start
 * @param newcomers a second, employees of the embedded gateway with a token that it has never seen
 * @param users at once
 * @param duration of the load
 */
record LoadSettings(
        @Nullable String url,
        @Nullable String tokens,
        String path,
        int employees,
        int newcomers,
        int users,
        Duration duration) {

    static LoadSettings from(Properties properties) {
        return new LoadSettings(
                properties.getProperty("gateway.url"),
                properties.getProperty("gateway.tokens"),
                properties.getProperty("gateway.path", "/people/7"),
                number(properties, "gateway.employees", 200),
                number(properties, "gateway.newcomers", 5),
                number(properties, "gateway.users", 20),
                Duration.ofSeconds(number(properties, "gateway.seconds", 20)));
    }

    private static int number(Properties properties, String name, int otherwise) {
        String given = properties.getProperty(name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(given);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number that is too small
        }
        throw new IllegalArgumentException("-D" + name + "=" + given + ": a number of at least 1 is needed");
    }
}
