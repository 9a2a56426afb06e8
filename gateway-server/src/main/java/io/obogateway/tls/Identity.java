package io.obogateway.tls;

import io.obogateway.pem.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one side of a connection proves itself with: a certificate chain, its own first, and the key of that.
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {
    /**
     * @throws IOException also when the key is not the certificate's, as between the writing of the one and the other
     */
    static Identity of(PemFiles files, Path certificateFile, Path privateKeyFile) throws IOException {
        Identity read = new Identity(files.certificates(certificateFile), files.privateKey(privateKeyFile));
        if (!Pem.belongs(
                read.key(), read.chain().get(0))) { // TLS itself looks at the first handshake, which is too late
            throw new IOException("the key in the file " + privateKeyFile
                    + " is not that of the first certificate in the file " + certificateFile);
        }
        return read;
    }

    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }

    /** Whether its own certificate has begun and has not expired. */
    boolean isValidNow() {
        try {
            chain.get(0).checkValidity();
            return true;
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            return false;
        }
    }

    /** For the log: whose it is, and how long it lasts. */
    String description() {
        X509Certificate own = chain.get(0);
        return own.getSubjectX500Principal().getName() + ", valid from "
                + own.getNotBefore().toInstant() + " until " + own.getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Identity[" + description() + "]";
    }
}
