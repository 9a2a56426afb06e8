package io.obogateway.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed. */
final class Trust {
    private Trust() {}

    /** Those that the JVM believes, and these. Reading the JVM's takes longer than the rest of the gateway's start. */
    static TrustManagerFactory beside(Collection<X509Certificate> certificates) {
        try {
            TrustManagerFactory jvms = factory(null);
            if (certificates.isEmpty()) {
                return jvms;
            }
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            load(all);
            for (TrustManager manager : jvms.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    for (X509Certificate certificate : x509.getAcceptedIssuers()) {
                        add(all, certificate);
                    }
                }
            }
            for (X509Certificate certificate : certificates) {
                add(all, certificate);
            }
            return factory(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM's trusted certificates cannot be used", e);
        }
    }

    private static void load(KeyStore store) throws GeneralSecurityException {
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("an empty store is not read from anywhere", e);
        }
    }

    private static void add(KeyStore store, X509Certificate certificate) throws GeneralSecurityException {
        store.setCertificateEntry("ca-" + store.size(), certificate);
    }

    private static TrustManagerFactory factory(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
