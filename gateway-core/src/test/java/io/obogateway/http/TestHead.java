package io.obogateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request head written down by a test. */
public record TestHead(
        String method, String target, String host, String clientAddress, List<Map.Entry<String, String>> all)
        implements RequestHead {

    public static TestHead get(String target) {
        return of("GET", target);
    }

    public static TestHead of(String method, String target) {
        return new TestHead(method, target, "gateway.test", "192.0.2.1", List.of());
    }

    public TestHead with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(all);
        more.add(Map.entry(name.toLowerCase(Locale.ROOT), value));
        return new TestHead(method, target, host, clientAddress, List.copyOf(more));
    }

    public TestHead from(String newClientAddress) {
        return new TestHead(method, target, host, newClientAddress, all);
    }

    public TestHead bearer(String token) {
        return with("authorization", "Bearer " + token);
    }

    @Override
    public @Nullable String field(String name) {
        List<String> values = fields(name);
        return values.isEmpty() ? null : values.get(0);
    }

    @Override
    public List<String> fields(String name) {
        List<String> values = new ArrayList<>(1);
        for (Map.Entry<String, String> field : all) {
            if (field.getKey().equalsIgnoreCase(name)) {
                values.add(field.getValue());
            }
        }
        return values;
    }
}
