package io.obogateway.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import io.obogateway.http.OutboundProxy;
import io.obogateway.jwt.Issuer;
import io.obogateway.oauth.CacheLimits;
import io.obogateway.oauth.TokenProvider;
import io.obogateway.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads configuration files (HOCON) over {@code reference.conf}: a {@link GatewayConfig}, or every problem at once. */
public final class ConfigLoader {
    private final Declarations declarations = new Declarations();
    private final Problems problems;

    private ConfigLoader(Instant asOf) {
        this.problems = new Problems(asOf);
    }

    /**
     * Reads, merges, resolves and checks; asks nobody on the network.
     *
     * @param paths files, or folders whose {@code *.conf}, then those in {@code routes/}, count in name order; later ones
     *     win
     * @param environment the variables that <code>${NAME}</code> may mean
     * @throws InvalidConfigException with everything that is wrong
     */
    public static GatewayConfig load(List<Path> paths, Map<String, String> environment) {
        return load(paths, environment, Instant.now());
    }

    /**
     * The same, as of another moment than now.
     *
     * @param asOf by when certificates may have expired
     */
    static GatewayConfig load(List<Path> paths, Map<String, String> environment, Instant asOf) {
        return new ConfigLoader(asOf).loadAll(paths, environment);
    }

    private GatewayConfig loadAll(List<Path> paths, Map<String, String> environment) {
        List<Config> files = ConfigFiles.read(paths, problems);
        problems.refuse();
        Config reference = reference();
        declarations.add(reference);
        SharedNames names = new SharedNames(problems);
        Config merged = reference;
        for (Config file : files) {
            declarations.add(file);
            names.add(file);
            merged = file.withFallback(merged);
        }
        ConfigObject resolved = new Substitutions(declarations, problems).resolve(merged, environment);
        ConfigObject defaults =
                reference.resolve(ConfigResolveOptions.noSystem()).root();
        ConfigObject whole = new Blocks(declarations, problems).restore(resolved, defaults);
        Section root = Section.root(whole, declarations, problems);
        Section gateway = root.section("gateway");
        root.refuseUnknown();
        GatewayConfig config;
        try {
            config =
                    read(gateway, Section.root(defaults, declarations, problems).section("gateway"));
        } catch (RuntimeException e) {
            problems.refuse(); // it comes of them
            throw e;
        }
        problems.refuse();
        return config;
    }

    /**
     * @param reference what {@code reference.conf} says by itself: the defaults of every issuer and provider
     */
    private GatewayConfig read(Section gateway, Section reference) {
        SettingsReader settings = new SettingsReader(gateway);
        boolean insecure = gateway.key("allow-insecure-http").flag();
        Named<Issuer> issuers =
                new IssuerReader(gateway, reference.section("issuers").section("entra"), insecure).read();
        Named<TokenProvider> providers =
                new ProviderReader(gateway, reference.section("providers").section("entra"), insecure).read();
        Key defaultProvider = gateway.key("default-provider");
        String name = defaultProvider.text();
        if (name != null && !providers.absent().containsKey(name)) {
            providers.find(name, defaultProvider, "provider");
        }
        List<Route> routes = new RouteReader(gateway, issuers, providers).read();
        int threads = settings.threads();
        GatewayConfig.Listen listen = settings.listen();
        GatewayConfig.Admin admin = settings.admin(listen);
        GatewayConfig.Limits limits = settings.limits();
        GatewayConfig.Timeouts timeouts = settings.timeouts();
        CacheLimits tokenCache = settings.tokenCache();
        OutboundReader outbound = new OutboundReader(gateway);
        OutboundProxy outboundProxy = outbound.proxy();
        List<Path> trustedCertificates = outbound.trustedCertificates();
        gateway.refuseUnknown();
        return new GatewayConfig(
                threads,
                listen,
                admin,
                limits,
                timeouts,
                Collections.unmodifiableMap(issuers.usable()),
                Collections.unmodifiableMap(providers.usable()),
                tokenCache,
                outboundProxy,
                List.copyOf(trustedCertificates),
                routes,
                problems.warnings());
    }

    private static Config reference() {
        try (InputStream stream = ConfigLoader.class.getResourceAsStream("/" + Place.REFERENCE);
                InputStreamReader reader =
                        new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8)) {
            ConfigParseOptions options =
                    ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(Place.REFERENCE);
            return ConfigFactory.parseReader(reader, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
