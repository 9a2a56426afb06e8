package io.obogateway.config;

import io.obogateway.http.OutboundProxy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how the gateway gets out and whom it trusts there: {@code outbound-proxy} and {@code trust}. */
final class OutboundReader {
    private static final int MAX_CA_BYTES = 4 * 1024 * 1024;

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
            Path file = FilePath.of(named);
            if (file != null && isOfCertificates(file, named)) {
                files.add(file);
            }
        }
        trust.refuseUnknown();
        return files;
    }

    private static boolean isOfCertificates(Path file, Key key) {
        if (!Files.isRegularFile(file)) {
            key.problem("there is no file " + file);
            return false;
        }
        try {
            if (Files.size(file) > MAX_CA_BYTES) {
                key.problem("the file " + file + " is larger than " + MAX_CA_BYTES + " bytes");
                return false;
            }
            byte[] content = Files.readAllBytes(file);
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(content))
                    .isEmpty()) {
                return true;
            }
        } catch (IOException e) {
            key.problem("the file " + file + " cannot be read: " + e.getClass().getSimpleName());
            return false;
        } catch (CertificateException e) {
            // said below
        }
        key.problem("the file " + file + " holds no certificates; they must be PEM (-----BEGIN CERTIFICATE-----)");
        return false;
    }
}
