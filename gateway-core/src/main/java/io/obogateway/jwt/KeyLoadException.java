package io.obogateway.jwt;

/** An issuer's metadata or keys could not be had; the message says where and why, and holds nothing secret. */
final class KeyLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    KeyLoadException(String message) {
        super(message);
    }
}
