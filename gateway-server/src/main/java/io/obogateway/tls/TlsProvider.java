package io.obogateway.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Whose implementation of TLS is used: BoringSSL is several times faster, the JDK's is always there. */
public enum TlsProvider {
    /** Native, by netty-tcnative. Its contexts are reference-counted. */
    BORINGSSL(SslProvider.OPENSSL_REFCNT),
    JDK(SslProvider.JDK);

    private final SslProvider netty;

    TlsProvider(SslProvider netty) {
        this.netty = netty;
    }

    /** The best one that works on this machine. Loads a native library when it is asked first. */
    public static TlsProvider detect() {
        return BORINGSSL.available() ? BORINGSSL : JDK;
    }

    /** Whether it works on this machine. */
    public boolean available() {
        return this == JDK || OpenSsl.isAvailable();
    }

    SslProvider netty() {
        return netty;
    }

    /** BoringSSL's binding makes no handshake with an Ed25519 key, the JDK does. */
    SslProvider nettyFor(Identity own) {
        return own.key().getAlgorithm().equals("EdDSA") ? SslProvider.JDK : netty;
    }

    /** Its name for people, with its version. */
    public String description() {
        return this == JDK ? "the JDK " + Runtime.version().feature() : OpenSsl.versionString();
    }
}
