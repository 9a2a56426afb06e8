package io.obogateway.config;

import io.obogateway.jwt.Issuer;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code gateway.issuers}: who may sign inbound tokens. */
final class IssuerReader {
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");
    private static final String ALGORITHMS_TEXT =
            "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA";
    private static final List<String> ENDPOINTS = List.of("discovery-url", "issuer", "jwks-url");
    private static final List<String> FROM_VARIABLES =
            List.of("discovery-url", "issuer", "jwks-url", "audiences", "pre-authorized-apps");

    private final Section gateway;
    private final Section defaults;
    private final boolean allowInsecureHttp;

    /**
     * @param defaults the issuer of {@code reference.conf}: what it says counts for every issuer that says nothing
     */
    IssuerReader(Section gateway, Section defaults, boolean allowInsecureHttp) {
        this.gateway = gateway;
        this.defaults = defaults;
        this.allowInsecureHttp = allowInsecureHttp;
    }

    Named<Issuer> read() {
        Named<Issuer> issuers = new Named<>();
        for (Map.Entry<String, Section> block :
                gateway.section("issuers").blocks().entrySet()) {
            Section section = block.getValue().withDefaults(defaults);
            List<String> unset = Presence.unset(section, ENDPOINTS, FROM_VARIABLES);
            Issuer issuer = issuer(block.getKey(), section, unset.isEmpty());
            if (!unset.isEmpty()) {
                issuers.absent().put(block.getKey(), Presence.text(unset));
            } else if (issuer == null) {
                issuers.broken().add(block.getKey());
            } else {
                issuers.usable().put(block.getKey(), issuer);
            }
        }
        return issuers;
    }

    /** What an absent issuer says is checked too, but for what it lacks. */
    private @Nullable Issuer issuer(String name, Section section, boolean present) {
        Key issuerKey = section.key("issuer");
        String issuer = issuerKey.text();
        URI discoveryUrl = Urls.endpoint(section.key("discovery-url"), allowInsecureHttp);
        URI jwksUrl = Urls.endpoint(section.key("jwks-url"), allowInsecureHttp);
        List<String> audiences = section.key("audiences").texts();
        List<String> tenants = section.key("tenants").texts();
        Issuer read = new Issuer(
                name,
                discoveryUrl,
                issuer,
                jwksUrl,
                new HashSet<>(audiences),
                algorithms(section.key("algorithms")),
                section.key("clock-skew").duration(Duration.ZERO, Duration.ofMinutes(10)),
                new HashSet<>(tenants),
                new HashSet<>(section.key("token-versions").texts()),
                clients(section),
                Urls.endpoint(section.key("authorization-url"), allowInsecureHttp),
                keys(section.section("keys")));
        if (present) {
            needEndpoints(section);
            Key audiencesKey = section.key("audiences");
            if (audiencesKey.absent() || audiencesKey.isEmptyList()) {
                String variable = section.variables("audiences").stream()
                        .map(unset -> ", or set the environment variable " + unset)
                        .findFirst()
                        .orElse("");
                section.missing(
                        "audiences",
                        "is empty; list the audience (\"aud\") of the tokens that are meant for this gateway"
                                + variable);
            }
            if (issuer != null && issuer.contains("{tenantid}") && tenants.isEmpty()) {
                section.missing(
                        "tenants",
                        "is empty; the issuer holds {tenantid}, so the tenants (\"tid\") that are let in must be listed");
            }
        }
        section.refuseUnknown();
        boolean located = discoveryUrl != null || (issuer != null && jwksUrl != null);
        return located && !audiences.isEmpty() ? read : null;
    }

    private static void needEndpoints(Section section) {
        if (!section.key("discovery-url").absent()) {
            return;
        }
        if (section.key("issuer").absent() && section.key("jwks-url").absent()) {
            section.key("discovery-url").missing("has no value; give it, or both issuer and jwks-url");
        } else {
            section.key("issuer").missing("has no value; jwks-url needs it beside it, unless there is a discovery-url");
            section.key("jwks-url").missing("has no value; issuer needs it beside it, unless there is a discovery-url");
        }
    }

    private static Set<String> algorithms(Key key) {
        Set<String> algorithms = new LinkedHashSet<>();
        for (Key element : key.elements()) {
            String name = element.text();
            if (name != null && ALGORITHMS.contains(name)) {
                algorithms.add(name);
            } else if (name != null && (name.equalsIgnoreCase("none") || name.regionMatches(true, 0, "HS", 0, 2))) {
                element.problem("\"" + name + "\" is never accepted: "
                        + (name.equalsIgnoreCase("none")
                                ? "it is no signature"
                                : "HMAC would need the issuer's own secret")
                        + "; use some of " + ALGORITHMS_TEXT);
            } else if (name != null) {
                element.problem("\"" + name + "\" is no algorithm known here; use some of " + ALGORITHMS_TEXT);
            }
        }
        if (key.isEmptyList()) {
            key.problem("is empty, so no token could be accepted; use some of " + ALGORITHMS_TEXT);
        }
        return algorithms;
    }

    private static Set<String> clients(Section section) {
        Set<String> clients = new LinkedHashSet<>(section.key("clients").texts());
        clients.addAll(PreAuthorizedApps.read(section.key("pre-authorized-apps")));
        if (clients.size() > 1) {
            clients.remove(PreAuthorizedApps.NOBODY);
        }
        return clients;
    }

    private static Issuer.Keys keys(Section keys) {
        Issuer.Keys read = new Issuer.Keys(
                keys.key("refresh").duration(SettingsReader.MILLISECOND, SettingsReader.DAY),
                keys.key("max-age").duration(SettingsReader.MILLISECOND, Duration.ofDays(30)),
                keys.key("unknown-kid-interval").duration(SettingsReader.MILLISECOND, SettingsReader.DAY),
                keys.key("timeout").duration(SettingsReader.MILLISECOND, SettingsReader.DAY));
        keys.refuseUnknown();
        return read;
    }
}
