package io.obogateway.config;

import io.obogateway.http.OutboundProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how the gateway gets out and whom it trusts there: {@code outbound-proxy} and {@code trust}. */
final class OutboundReader {
    private final Section gateway;

    OutboundReader(Section gateway) {
        this.gateway = gateway;
    }

    /** Null: everything is reached directly. */
    @Nullable
    OutboundProxy proxy() {
        Section section = gateway.section("outbound-proxy");
        Key url = section.key("url");
        String proxy = url.textIfAny();
        String noProxy = noProxy(section.key("no-proxy"));
        section.refuseUnknown();
        if (proxy == null) {
            return null;
        }
        try {
            return OutboundProxy.parse(proxy.strip(), noProxy);
        } catch (IllegalArgumentException e) {
            url.problem(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable String noProxy(Key key) {
        return key.isList() ? String.join(",", key.texts()) : key.textIfAny();
    }

    /** Files of certificates (PEM), each with one at least. */
    List<Path> trustedCertificates() {
        Section trust = gateway.section("trust");
        Key key = trust.key("ca-file");
        List<Path> files = new ArrayList<>();
        for (Key named : key.isList() ? key.elements() : List.of(key)) {
            Path file = PemFile.ofCertificates(named);
            if (file != null) {
                files.add(file);
            }
        }
        trust.refuseUnknown();
        return files;
    }
}
