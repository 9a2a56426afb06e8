package io.obogateway.config;

import io.obogateway.route.UpstreamTls;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what is particular about TLS to one upstream. */
final class UpstreamTlsReader {
    private UpstreamTlsReader() {}

    /**
     * Null: nothing is.
     *
     * @param plain where the upstream is, if TLS is not spoken with it; null: it is, or that is not known. What
     *     {@code route-defaults} say then does not concern it.
     */
    static @Nullable UpstreamTls read(Section upstream, @Nullable String plain) {
        Section tls = upstream.optional("tls");
        if (tls == null) {
            return null;
        }
        Path ca = PemFile.ofCertificates(tls.key("ca-file"));
        OwnCertificate own = OwnCertificate.read(tls);
        String serverName = serverName(tls.key("server-name"));
        tls.refuseUnknown();
        if (plain != null) {
            if (upstream.says("tls")) {
                upstream.problem("tls", "is not spoken with \"" + plain + "\"; write https, or remove this");
            }
            return null;
        }
        if (ca == null && own == null && serverName == null) {
            return null;
        }
        return new UpstreamTls(
                ca, own == null ? null : own.certificateFile(), own == null ? null : own.privateKeyFile(), serverName);
    }

    private static @Nullable String serverName(Key key) {
        String text = key.text();
        if (text == null) {
            return null;
        }
        String name = text.toLowerCase(Locale.ROOT);
        if (!HostPattern.isName(name)) {
            key.problem(
                    "must be the name alone that the upstream's certificate is for, such as \"api.example.com\", not "
                            + key.shown());
        }
        return name;
    }
}
