package io.obogateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed: those that the JVM believes, and those of the configured files. */
final class Trust {
    private Trust() {}

    /**
     * @param files of PEM certificates (RFC 7468)
     * @throws IOException when one cannot be read
     * @throws GeneralSecurityException when one holds something else
     */
    static TrustManagerFactory of(List<Path> files) throws IOException, GeneralSecurityException {
        TrustManagerFactory jvms = factory(null);
        if (files.isEmpty()) {
            return jvms;
        }
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        for (TrustManager manager : jvms.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (X509Certificate certificate : x509.getAcceptedIssuers()) {
                    add(all, certificate);
                }
            }
        }
        for (Path file : files) {
            try (InputStream pem = Files.newInputStream(file)) {
                for (Certificate certificate :
                        CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    add(all, certificate);
                }
            }
        }
        return factory(all);
    }

    private static void add(KeyStore store, Certificate certificate) throws GeneralSecurityException {
        store.setCertificateEntry("ca-" + store.size(), certificate);
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
