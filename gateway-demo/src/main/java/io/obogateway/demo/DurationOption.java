package io.obogateway.demo;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people type them: {@code 30s}, {@code 5m}, {@code 1h}. */
final class DurationOption implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        int last = text.length() - 1;
        ChronoUnit unit = last < 1 ? null : unit(text.charAt(last));
        try {
            long number = unit == null ? 0 : Long.parseLong(text.substring(0, last));
            if (unit != null && number > 0) {
                return Duration.of(number, unit);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // no duration either
        }
        throw new TypeConversionException("'" + text + "' is no duration such as 30s, 5m or 1h");
    }

    private static @Nullable ChronoUnit unit(char letter) {
        return switch (letter) {
            case 's' -> ChronoUnit.SECONDS;
            case 'm' -> ChronoUnit.MINUTES;
            case 'h' -> ChronoUnit.HOURS;
            default -> null;
        };
    }
}
