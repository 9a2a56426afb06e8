package io.obogateway.oauth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a secret, a key or a certificate and nothing else, as platforms mount them. */
public record SecretFile(Path path) {
    private static final int MAX_BYTES = 64 * 1024;

    /**
     * What it holds now, without the white space around it. Blocks.
     *
     * @throws IllegalArgumentException when that is nothing that can be used; the message names the file and says nothing
     *     of its content
     */
    public Secret read() {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("there is no file " + path);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "the file " + path + " is larger than a secret can be (" + MAX_BYTES + " bytes)");
            }
            String content = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .strip();
            if (content.isEmpty()) {
                throw new IllegalArgumentException("the file " + path + " is empty; it must hold the secret");
            }
            return new Secret(content);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the file " + path + " is no text in UTF-8");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the file " + path + " cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
