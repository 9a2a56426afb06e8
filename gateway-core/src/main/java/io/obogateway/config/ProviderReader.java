package io.obogateway.config;

import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenProvider;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code gateway.providers}: where the gateway gets outbound tokens. */
final class ProviderReader {
    private static final List<ProviderType> TYPES = List.of(new EntraType(), new TexasType(), new TokenExchangeType());
    private static final List<String> TYPE_NAMES =
            TYPES.stream().map(ProviderType::name).toList();

    private final Section gateway;
    private final Section defaults;
    private final boolean allowInsecureHttp;
    private final Named<TokenProvider> providers = new Named<>();

    /**
     * @param defaults the provider of {@code reference.conf}: how patient the gateway is counts for every provider
     *     that says nothing
     */
    ProviderReader(Section gateway, Section defaults, boolean allowInsecureHttp) {
        this.gateway = gateway;
        this.defaults = defaults;
        this.allowInsecureHttp = allowInsecureHttp;
    }

    Named<TokenProvider> read() {
        for (Map.Entry<String, Section> block :
                gateway.section("providers").blocks().entrySet()) {
            ProviderType type = type(block.getValue());
            if (type == null) {
                providers.broken().add(block.getKey());
            } else {
                read(block.getKey(), block.getValue(), type);
            }
        }
        return providers;
    }

    private @Nullable ProviderType type(Section section) {
        Key key = section.key("type");
        key.missing("has no value; it must be one of " + String.join(", ", TYPE_NAMES));
        String name = key.text();
        for (ProviderType type : TYPES) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        if (name != null) {
            key.problem("there is no type \"" + name + "\"; " + NearestName.hint(name, TYPE_NAMES));
        }
        return null;
    }

    private void read(String name, Section section, ProviderType type) {
        List<String> unset = Presence.unset(section, type.needed(), type.fromVariables());
        TokenProvider provider = type.read(name, section, limits(section), allowInsecureHttp, unset.isEmpty());
        section.refuseUnknown();
        if (!unset.isEmpty()) {
            providers.absent().put(name, Presence.text(unset));
        } else if (provider == null) {
            providers.broken().add(name);
        } else {
            providers.usable().put(name, provider);
        }
    }

    private ProviderLimits limits(Section section) {
        Key timeout = section.key("timeout");
        Key deadline = timeout.absent() ? gateway.section("timeouts").key("token") : timeout;
        Section whole = section.withDefaults(defaults);
        Section breaker = whole.section("circuit-breaker");
        ProviderLimits limits = new ProviderLimits(
                deadline.duration(SettingsReader.MILLISECOND, SettingsReader.DAY),
                whole.key("retries").integer(0, 5),
                breaker.key("failures").integer(0, 1_000_000),
                breaker.key("open-for").duration(SettingsReader.MILLISECOND, SettingsReader.DAY));
        breaker.refuseUnknown();
        return limits;
    }
}
