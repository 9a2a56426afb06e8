package io.obogateway.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON that others wrote (RFC 8259), strictly: duplicate members, trailing content and deep nesting are errors.
 * Objects become {@code Map<String, Object>} in document order, arrays {@code List<Object>}, integers {@code Long},
 * other numbers {@code Double}, and an integer beyond a long {@code Double} too. A null member is kept as null.
 */
public final class Json {
    private static final int MAX_DEPTH = 32;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(64)
                    .maxStringLength(2_000_000)
                    .build())
            .build();

    private Json() {}

    /** Not JSON, or not the shape that was expected. */
    public static final class InvalidJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidJsonException(String message) {
            super(message);
        }
    }

    /**
     * @throws InvalidJsonException when the text is not exactly one JSON object
     */
    public static Map<String, @Nullable Object> object(String text) throws InvalidJsonException {
        if (parse(text) instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked") // parse makes no other maps
            Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) map;
            return object;
        }
        throw new InvalidJsonException("not a JSON object");
    }

    /**
     * @throws InvalidJsonException when the text is not exactly one JSON array
     */
    public static List<@Nullable Object> array(String text) throws InvalidJsonException {
        if (parse(text) instanceof List<?> list) {
            @SuppressWarnings("unchecked") // parse makes no other lists
            List<@Nullable Object> array = (List<@Nullable Object>) list;
            return array;
        }
        throw new InvalidJsonException("not a JSON array");
    }

    private static @Nullable Object parse(String text) throws InvalidJsonException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            Object value = value(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new InvalidJsonException("content after the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            // the message of the library quotes the document, which may hold a token
            throw new InvalidJsonException("not well-formed JSON");
        }
    }

    private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token) throws InvalidJsonException {
        if (token == null) {
            throw new InvalidJsonException("no JSON value");
        }
        return switch (token) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new InvalidJsonException("not well-formed JSON");
        };
    }

    private static Object integer(JsonParser parser) {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> parser.getDoubleValue();
        };
    }

    private static Map<String, @Nullable Object> members(JsonParser parser) throws InvalidJsonException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            members.put(name, value(parser, parser.nextToken()));
        }
        return members;
    }

    private static List<@Nullable Object> elements(JsonParser parser) throws InvalidJsonException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(parser, token));
        }
        return elements;
    }
}
