package io.obogateway.admin;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** A port that the gateway was to listen on could not be had: where, by which key, why, and what helps. */
public final class CannotListen extends BindException {
    private static final long serialVersionUID = 1L;

    /**
     * @param block of the configuration that names the host and the port
     */
    public CannotListen(String block, String host, int port, Throwable cause) {
        super("cannot listen on " + host + ":" + port + " (" + block + "): " + reason(block, cause));
        initCause(cause);
    }

    private static String reason(String block, Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("Address already in use")) { // whatever the transport
            return "another program uses it; stop that one, or set " + block + ".port to another";
        }
        if (said.contains("Permission denied")) {
            return "this user may not use it; set " + block + ".port to one above 1023";
        }
        if (said.contains("Cannot assign requested address")) {
            return "this machine has no such address; set " + block
                    + ".host to one of its own, or to \"0.0.0.0\" for all";
        }
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return "there is no such host; set " + block
                    + ".host to an address of this machine, or to \"0.0.0.0\" for all";
        }
        return cause.getMessage() == null ? cause.toString() : said;
    }
}
