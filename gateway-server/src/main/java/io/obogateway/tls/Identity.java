package io.obogateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one side of a connection proves itself with: a certificate chain, its own first, and the key of that.
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] PROBE = "do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    /**
     * @throws IOException also when the key is not the certificate's, as between the writing of the one and the other
     */
    static Identity of(PemFiles files, Path certificateFile, Path privateKeyFile) throws IOException {
        Identity read = new Identity(files.certificates(certificateFile), files.privateKey(privateKeyFile));
        if (!read.matches()) {
            throw new IOException("the key in the file " + privateKeyFile
                    + " is not that of the first certificate in the file " + certificateFile);
        }
        return read;
    }

    /** Neither the JDK nor BoringSSL looks before the first handshake, which would be too late. */
    private boolean matches() {
        try {
            Signature signature = Signature.getInstance(algorithm());
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(chain.get(0).getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another algorithm
        }
    }

    private String algorithm() {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }

    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }

    /** For the log: whose it is, and how long it lasts. */
    String description() {
        X509Certificate own = chain.get(0);
        return own.getSubjectX500Principal().getName() + ", valid until "
                + own.getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Identity[" + description() + "]";
    }
}
