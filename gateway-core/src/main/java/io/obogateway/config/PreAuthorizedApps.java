package io.obogateway.config;

import io.obogateway.http.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The clients that a NAIS access policy lets in: a JSON array of {@code {"name": …, "clientId": …}}. */
final class PreAuthorizedApps {
    /**
     * Stands for an access policy that lets nobody in. An issuer without clients accepts any, and an empty policy must not
     * come to mean that; no token carries this client.
     */
    static final String NOBODY = "(no client is pre-authorized)";

    private PreAuthorizedApps() {}

    /** The client ids; empty when the key has no value. */
    static Set<String> read(Key key) {
        String json = key.json();
        if (json == null) {
            return Set.of();
        }
        try {
            List<@Nullable Object> apps = Json.array(json);
            Set<String> clients = new LinkedHashSet<>();
            for (int i = 0; i < apps.size(); i++) {
                if (apps.get(i) instanceof Map<?, ?> app
                        && app.get("clientId") instanceof String client
                        && !client.isBlank()) {
                    clients.add(client);
                } else {
                    key.problem("element " + (i + 1) + " of the array has no clientId; " + wanted());
                }
            }
            return apps.isEmpty() ? Set.of(NOBODY) : clients;
        } catch (Json.InvalidJsonException e) {
            key.problem(e.getMessage() + "; " + wanted());
            return Set.of();
        }
    }

    private static String wanted() {
        return "it must be an array like [{\"name\": \"cluster:namespace:app\", \"clientId\": \"…\"}]";
    }
}
