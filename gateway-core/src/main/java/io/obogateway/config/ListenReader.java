package io.obogateway.config;

import io.obogateway.http.AddressBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads where clients connect, what is spoken with them there, and whom the gateway believes about others. */
final class ListenReader {
    private ListenReader() {}

    static GatewayConfig.Listen read(Section listen) {
        GatewayConfig.Listen read = new GatewayConfig.Listen(
                host(listen),
                listen.key("port").integer(0, 65_535),
                tls(listen),
                listen.key("http2").flag(),
                blocks(listen.key("trusted-proxies")));
        listen.refuseUnknown();
        return read;
    }

    /** The address of a listener; empty after a problem. */
    static String host(Section section) {
        Key host = section.key("host");
        host.missing("has no value; it must be the address to listen on, such as \"0.0.0.0\"");
        String text = host.text();
        return text == null ? "" : text;
    }

    private static GatewayConfig.@Nullable ListenTls tls(Section listen) {
        Section tls = listen.optional("tls");
        if (tls == null) {
            return null;
        }
        if (tls.key("private-key-file").absent()) {
            tls.key("certificate-file").missing("has no value; it must be the file with the gateway's certificate");
        }
        OwnCertificate own = OwnCertificate.read(tls);
        GatewayConfig.ClientAuth clientAuth = Choice.of(tls.key("client-auth"), GatewayConfig.ClientAuth.NONE);
        Path clientCa = clientCa(tls.key("client-ca-file"), clientAuth);
        tls.refuseUnknown();
        return own == null
                ? null
                : new GatewayConfig.ListenTls(own.certificateFile(), own.privateKeyFile(), clientCa, clientAuth);
    }

    /** Somebody who names a file believes that clients' certificates are looked at. */
    private static @Nullable Path clientCa(Key key, GatewayConfig.ClientAuth clientAuth) {
        Path file = PemFile.ofCertificates(key);
        if (clientAuth != GatewayConfig.ClientAuth.NONE) {
            key.missing("has no value; client-auth = " + Choice.word(clientAuth)
                    + " needs it: the file with the certificates that may have signed the clients'");
            return file;
        }
        if (!key.absent()) {
            key.problem("does nothing while client-auth is none; set that to optional or required, or remove this");
        }
        return null;
    }

    private static List<AddressBlock> blocks(Key key) {
        List<AddressBlock> blocks = new ArrayList<>();
        for (Key element : key.elements()) {
            String text = element.text();
            AddressBlock block = text == null ? null : AddressBlock.parse(text.strip());
            if (block != null) {
                blocks.add(block);
            } else if (text != null) {
                element.problem(
                        "must be a block of addresses, such as \"10.0.0.0/8\" or \"2001:db8::/32\", or one address,"
                                + " not " + element.shown());
            }
        }
        return blocks;
    }
}
