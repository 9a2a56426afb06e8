package io.obogateway.config;

import io.obogateway.pem.Pem;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that the gateway shows over TLS, and its key: {@code certificate-file} and {@code private-key-file}, which
 * belong together.
 */
record OwnCertificate(Path certificateFile, Path privateKeyFile) {
    private static final Duration SOON = Duration.ofDays(3);

    /** Null: there is none, or a problem was reported. */
    static @Nullable OwnCertificate read(Section section) {
        Key certificateKey = section.key("certificate-file");
        Key privateKeyKey = section.key("private-key-file");
        if (privateKeyKey.absent() && !certificateKey.absent()) {
            certificateKey.problem("needs private-key-file beside it, the file with its key");
        } else if (certificateKey.absent() && !privateKeyKey.absent()) {
            privateKeyKey.problem("needs certificate-file beside it, the file with its certificate");
        }
        PemFile chain = PemFile.of(certificateKey);
        PemFile key = PemFile.of(privateKeyKey);
        List<X509Certificate> certificates = chain == null ? List.of() : chain.certificates();
        PrivateKey privateKey = key == null ? null : key.privateKey();
        if (chain == null || certificates.isEmpty() || key == null || privateKey == null) {
            return null;
        }
        if (!Pem.belongs(privateKey, certificates.get(0))) {
            privateKeyKey.problem("the key in " + key.path() + " does not belong to the first certificate in "
                    + chain.path() + "; the gateway's own certificate comes first, those of its issuers after it");
            return null;
        }
        warnOfDates(certificateKey, chain.path(), certificates.get(0));
        return new OwnCertificate(chain.path(), key.path());
    }

    /** No error: the file may be replaced before anybody sees it, and a gateway that does not start serves nobody at all. */
    private static void warnOfDates(Key key, Path file, X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (key.asOf().isAfter(until)) {
            key.warning("the certificate in " + file + " has expired at " + until + "; replace it");
        } else if (key.asOf().isBefore(from)) {
            key.warning("the certificate in " + file + " is not valid before " + from);
        } else if (key.asOf().isAfter(until.minus(SOON))) {
            key.warning("the certificate in " + file + " expires soon, at " + until + "; replace it");
        }
    }
}
