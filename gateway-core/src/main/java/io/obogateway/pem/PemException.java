package io.obogateway.pem;

/**
 * A text does not hold what it should. The message goes on where a sentence has named the text ("the file x holds no key"),
 * and says nothing of its content.
 */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }
}
