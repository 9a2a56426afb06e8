package io.obogateway.config;

import io.obogateway.oauth.ExchangeTarget;
import io.obogateway.oauth.Grant;
import io.obogateway.oauth.TokenProvider;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what tokens a route wants and from whom: {@code provider}, {@code scope}, {@code audience}. */
final class TargetReader {
    private final Key defaultProvider;
    private final Named<TokenProvider> providers;

    TargetReader(Key defaultProvider, Named<TokenProvider> providers) {
        this.defaultProvider = defaultProvider;
        this.providers = providers;
    }

    /** Checks what {@code route-defaults} says, also where no route uses it. */
    void check(Section defaults) {
        defaults.key("scope").text();
        defaults.key("audience").text();
        named(defaults.key("provider"));
    }

    /** One for each grant that acquires a token. */
    Map<Grant, ExchangeTarget> read(Section section, Set<Grant> grants) {
        String scope = section.key("scope").text();
        String audience = section.key("audience").text();
        Key providerKey = section.key("provider");
        if (Collections.disjoint(grants, Grants.ACQUIRING)) {
            named(providerKey);
            return Map.of();
        }
        TokenProvider provider = providerKey.absent() ? byDefault(providerKey) : named(providerKey);
        needScopeOrAudience(section, provider);
        if (provider == null || (scope == null && audience == null)) {
            return Map.of();
        }
        Map<Grant, ExchangeTarget> targets = new EnumMap<>(Grant.class);
        for (Grant grant : grants) {
            if (provider.grants().contains(grant)) {
                targets.put(grant, new ExchangeTarget(provider, grant, scope, audience));
            } else {
                providerKey.problem("the provider \"" + provider.name() + "\" cannot do " + grant.configName());
            }
        }
        return targets;
    }

    private static void needScopeOrAudience(Section section, @Nullable TokenProvider provider) {
        Key scope = section.key("scope");
        Key audience = section.key("audience");
        if (provider != null && provider.takesAudience()) {
            if (audience.absent()) {
                scope.missing("has no value; the grant needs it or audience, which for the provider \""
                        + provider.name() + "\" names who the token is for");
            }
        } else if (provider != null && !audience.absent()) {
            audience.problem("the provider \"" + provider.name()
                    + "\" is asked for a scope, not for an audience; remove this"
                    + (scope.absent() ? " and give scope" : ""));
        } else {
            scope.missing("has no value; the grant needs one, such as \"api://cluster.namespace.app/.default\"");
        }
    }

    private @Nullable TokenProvider named(Key key) {
        String name = key.text();
        return name == null ? null : providers.find(name, key, "provider");
    }

    /** That a default provider is unknown is reported once, where it is named. */
    private @Nullable TokenProvider byDefault(Key routesKey) {
        String name = defaultProvider.text();
        if (name == null) {
            routesKey.missing("has no value, and there is no default-provider; name one");
            return null;
        }
        Key namedBy = providers.absent().containsKey(name) ? routesKey : defaultProvider;
        return providers.find(name, namedBy, "provider");
    }
}
