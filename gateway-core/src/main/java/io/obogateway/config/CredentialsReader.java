package io.obogateway.config;

import io.obogateway.oauth.ClientAuthentication;
import io.obogateway.oauth.ClientSecretBasic;
import io.obogateway.oauth.ClientSecretPost;
import io.obogateway.oauth.FileCredential;
import io.obogateway.oauth.PrivateKeyJwt;
import io.obogateway.oauth.Secret;
import io.obogateway.oauth.SecretFile;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads how the gateway proves to a provider which client it is; the same keys for every type that asks for it. */
final class CredentialsReader {
    /** All keys that variables may give. */
    static final List<String> FROM_VARIABLES = List.of(
            "client-secret",
            "client-secret-file",
            "private-key-jwk",
            "private-key-jwk-file",
            "certificate-file",
            "private-key-file",
            "next-client-secret",
            "next-private-key-jwk");

    private static final List<String> OF_KEYS =
            List.of("private-key-jwk", "private-key-jwk-file", "certificate-file", "private-key-file");
    private static final List<String> METHODS =
            List.of(PrivateKeyJwt.METHOD, ClientSecretPost.METHOD, ClientSecretBasic.METHOD);

    private final Section section;
    private final @Nullable String method;
    private final @Nullable String audience;

    CredentialsReader(Section section) {
        this.section = section;
        this.method = method(section.key("client-authentication"));
        this.audience = section.key("assertion-audience").text();
    }

    /**
     * The current credential, then the next one; empty: none.
     *
     * @param present whether the provider is there; of one that is absent only what it says is checked
     */
    List<ClientAuthentication> read(boolean present) {
        boolean byKey = method == null
                ? OF_KEYS.stream().anyMatch(name -> !section.key(name).absent())
                : method.equals(PrivateKeyJwt.METHOD);
        // what is not used is looked at too: it may be tomorrow
        ClientAuthentication key = key();
        ClientAuthentication secret = secret();
        ClientAuthentication nextKey = inline(section.key("next-private-key-jwk"), this::ofJwk);
        ClientAuthentication nextSecret = inline(section.key("next-client-secret"), this::ofSecret);
        if (present) {
            needOne(byKey);
        }
        ClientAuthentication current = byKey ? key : secret;
        ClientAuthentication next = byKey ? nextKey : nextSecret;
        if (current == null) {
            return List.of();
        }
        return next == null || next.equals(current.current()) ? List.of(current) : List.of(current, next);
    }

    private static @Nullable String method(Key key) {
        String name = key.text();
        if (name == null || METHODS.contains(name)) {
            return name;
        }
        key.problem("there is no method \"" + name + "\"; " + NearestName.hint(name, METHODS));
        return null;
    }

    private void needOne(boolean byKey) {
        boolean none = OF_KEYS.stream().allMatch(name -> section.key(name).absent());
        if (byKey && none) {
            section.key("private-key-jwk")
                    .missing("has no value; private_key_jwt needs it, or private-key-jwk-file, or certificate-file and"
                            + " private-key-file");
        } else if (!byKey && section.key("client-secret-file").absent()) {
            section.key("client-secret")
                    .missing("has no value; give it, or client-secret-file"
                            + (method == null ? ", or a key (private-key-jwk, certificate-file)" : ""));
        }
    }

    private @Nullable ClientAuthentication secret() {
        ClientAuthentication inline = inline(section.key("client-secret"), this::ofSecret);
        ClientAuthentication fromFile = fromFile(section.key("client-secret-file"), this::ofSecret);
        return fromFile == null ? inline : fromFile;
    }

    /** What is in files counts over what is not, and a certificate over a bare key. */
    private @Nullable ClientAuthentication key() {
        ClientAuthentication inline = inline(section.key("private-key-jwk"), this::ofJwk);
        ClientAuthentication fromFile = fromFile(section.key("private-key-jwk-file"), this::ofJwk);
        ClientAuthentication certified = certified(section.key("certificate-file"), section.key("private-key-file"));
        ClientAuthentication bare = fromFile == null ? inline : fromFile;
        return certified == null ? bare : certified;
    }

    private @Nullable ClientAuthentication certified(Key certificateKey, Key privateKeyKey) {
        SecretFile certificate = FilePath.secret(certificateKey);
        SecretFile privateKey = FilePath.secret(privateKeyKey);
        if (!certificateKey.absent()) {
            privateKeyKey.missing("has no value; it must be the file with the key of certificate-file");
        } else if (!privateKeyKey.absent()) {
            certificateKey.missing("has no value; it must be the file with the certificate of private-key-file");
        }
        if (certificate == null || privateKey == null) {
            return null;
        }
        return made(
                certificateKey,
                () -> FileCredential.of(
                        List.of(certificate, privateKey),
                        contents -> PrivateKeyJwt.ofPem(contents.get(0).reveal(), contents.get(1), audience)));
    }

    private @Nullable ClientAuthentication inline(Key key, Function<Secret, ClientAuthentication> maker) {
        Secret secret = key.secret();
        return secret == null ? null : made(key, () -> maker.apply(secret));
    }

    private @Nullable ClientAuthentication fromFile(Key key, Function<Secret, ClientAuthentication> maker) {
        SecretFile file = FilePath.secret(key);
        return file == null
                ? null
                : made(key, () -> FileCredential.of(List.of(file), contents -> maker.apply(contents.get(0))));
    }

    private ClientAuthentication ofSecret(Secret secret) {
        return ClientSecretBasic.METHOD.equals(method) ? new ClientSecretBasic(secret) : new ClientSecretPost(secret);
    }

    private ClientAuthentication ofJwk(Secret jwk) {
        return PrivateKeyJwt.ofJwk(jwk, audience);
    }

    private static @Nullable ClientAuthentication made(Key key, Maker maker) {
        try {
            return maker.make();
        } catch (IllegalArgumentException e) {
            key.problem("cannot be used: " + e.getMessage());
            return null;
        }
    }

    /** Throws an {@link IllegalArgumentException} that says why there is none. */
    private interface Maker {
        ClientAuthentication make();
    }
}
