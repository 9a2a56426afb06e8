package io.obogateway.wire;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.obogateway.config.GatewayConfig.ClientAuth;
import io.obogateway.config.GatewayConfig.ListenTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A certificate authority, and what tests make of its certificates: files for the gateway, sockets for its peers. */
public final class Pki {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final X509Bundle authority;

    /** One that nobody confuses with another. */
    public Pki() {
        this("Test CA " + COUNT.incrementAndGet());
    }

    /** One that may have another's name, but not its key. */
    Pki(String name) {
        try {
            authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate of this authority for a server or a client. */
    public X509Bundle issue(String commonName, String... names) {
        return issue(CertificateBuilder.Algorithm.ecp256, commonName, names);
    }

    X509Bundle issue(CertificateBuilder.Algorithm algorithm, String commonName, String... names) {
        try {
            CertificateBuilder builder = new CertificateBuilder()
                    .algorithm(algorithm)
                    .subject("CN=" + commonName)
                    .addExtendedKeyUsageServerAuth()
                    .addExtendedKeyUsageClientAuth();
            for (String name : names) {
                if (Character.isDigit(name.charAt(0))) {
                    builder.addSanIpAddress(name);
                } else {
                    builder.addSanDnsName(name);
                }
            }
            return builder.buildIssuedBy(authority);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the authority's own certificate. */
    public Path caFile(Path folder) {
        return write(folder.resolve("ca.crt"), authority.getCertificatePEM());
    }

    /** Writes the certificate's chain and then its key, as {@code tls.crt} and {@code tls.key}. */
    public static void write(Path folder, X509Bundle bundle) {
        write(folder.resolve("tls.crt"), bundle.getCertificatePathPEM());
        write(folder.resolve("tls.key"), bundle.getPrivateKeyPEM());
    }

    static Path write(Path file, String content) {
        try {
            Path beside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
            return Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ListenTls listenTls(Path folder, ClientAuth clientAuth) {
        return new ListenTls(
                folder.resolve("tls.crt"),
                folder.resolve("tls.key"),
                clientAuth == ClientAuth.NONE ? null : folder.resolve("ca.crt"),
                clientAuth);
    }

    /**
     * Trusts this authority.
     *
     * @param own shown to the other side; null: nothing
     */
    public SSLContext context(@Nullable X509Bundle own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own == null ? new KeyManager[0] : own.toKeyManagerFactory().getKeyManagers(),
                    new TrustManager[] {authority.toTrustManager()},
                    null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A listening socket for TLS on loopback. */
    SSLServerSocket listen(X509Bundle own) {
        try {
            return (SSLServerSocket)
                    context(own).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection whose handshake is still to come. */
    static SSLSocket connect(SSLContext context, int port) {
        try {
            return (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
