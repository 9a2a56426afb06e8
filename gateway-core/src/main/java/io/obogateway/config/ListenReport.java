package io.obogateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where the gateway listens, and the bounds that it has as a whole, for {@code gateway check}. */
final class ListenReport {
    private ListenReport() {}

    static void appendTo(StringBuilder text, GatewayConfig config) {
        GatewayConfig.Listen listen = config.listen();
        text.append("\nListener: ")
                .append(listen.tls() == null ? "http" : "https")
                .append("://")
                .append(address(listen.host(), listen.port()))
                .append(" (")
                .append(String.join(", ", notes(listen)))
                .append(")\nAdmin port: http://")
                .append(address(config.admin().host(), config.admin().port()))
                .append("\nThreads: ")
                .append(config.threads());
        GatewayConfig.Limits limits = config.limits();
        text.append("\nLimits: request-line = ")
                .append(Sizes.text(limits.requestLineBytes()))
                .append(", headers = ")
                .append(Sizes.text(limits.headerBytes()))
                .append(", connections = ")
                .append(limits.connections())
                .append(", in-flight = ")
                .append(limits.inFlight())
                .append(", replay-body = ")
                .append(Sizes.text(limits.replayBodyBytes()));
        GatewayConfig.Timeouts timeouts = config.timeouts();
        text.append("\nTimeouts: request-headers = ")
                .append(Durations.text(timeouts.requestHeaders()))
                .append(", idle = ")
                .append(Durations.text(timeouts.idle()))
                .append(", drain = ")
                .append(Durations.text(timeouts.drain()))
                .append('\n');
    }

    private static String address(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + (port == 0 ? "a free port" : port);
    }

    private static List<String> notes(GatewayConfig.Listen listen) {
        List<String> notes = new ArrayList<>();
        notes.add(listen.http2() ? "HTTP/1.1 and HTTP/2" : "HTTP/1.1");
        GatewayConfig.ListenTls tls = listen.tls();
        if (tls != null) {
            notes.add("certificate of " + tls.certificateFile());
            if (tls.clientCaFile() != null) {
                notes.add(
                        "clients' certificates " + Choice.word(tls.clientAuth()) + ", signed by " + tls.clientCaFile());
            }
        }
        notes.add(
                listen.trustedProxies().isEmpty()
                        ? "no trusted proxies"
                        : "trusted proxies "
                                + listen.trustedProxies().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(",")));
        return notes;
    }
}
