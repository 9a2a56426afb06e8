package io.obogateway.jwt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that an issuer published at one moment; immutable. */
final class KeySet {
    /** More than one key is tried only where ids are missing or used twice; each try costs a signature check. */
    private static final int MAX_CANDIDATES = 4;

    private final List<PublishedKey> keys;
    private final Set<String> unusableIds;
    private final Map<String, List<PublishedKey>> byId = new HashMap<>();

    /**
     * @param unusableIds of published keys that must not verify anything, such as short or symmetric ones
     */
    KeySet(List<PublishedKey> keys, Set<String> unusableIds) {
        this.keys = List.copyOf(keys);
        this.unusableIds = new HashSet<>(unusableIds);
        for (PublishedKey key : keys) {
            if (key.id() != null) {
                byId.computeIfAbsent(key.id(), id -> new ArrayList<>()).add(key);
            }
        }
        this.unusableIds.removeAll(byId.keySet());
    }

    List<PublishedKey> keys() {
        return keys;
    }

    /** Whether asking the issuer again could not tell more about this {@code kid}; a token without one asks for any key. */
    boolean knows(@Nullable String id) {
        return id == null || byId.containsKey(id) || unusableIds.contains(id);
    }

    /** Whether it holds this key: that very object, for one that is published again unchanged stays what it was. */
    @SuppressWarnings("ReferenceEquality") // asked for every request
    boolean holds(PublishedKey key) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) == key) {
                return true;
            }
        }
        return false;
    }

    /**
     * The key that signed a token.
     *
     * @throws io.obogateway.error.GatewayException naming the check that fails
     */
    PublishedKey verify(Jws token, TokenClaims claims, boolean issuerTemplate, CheckTrail trail) {
        String id = token.header().keyId();
        trail.require(Check.KEY, knows(id));
        List<PublishedKey> candidates = id == null ? keys : byId.getOrDefault(id, List.of());
        trail.require(Check.KEY_USABLE, !candidates.isEmpty());
        List<PublishedKey> fitting = new ArrayList<>(1);
        for (PublishedKey key : candidates) {
            if (key.fits(token.header().algorithm())) {
                fitting.add(key);
            }
        }
        trail.require(Check.KEY_ALGORITHM, !fitting.isEmpty());
        fitting.removeIf(key -> !signsFor(key, claims, issuerTemplate));
        trail.require(Check.KEY_ISSUER, !fitting.isEmpty());
        return trail.obtain(Check.SIGNATURE, signer(token, fitting));
    }

    /** Where one key set serves many tenants, a key has to say whose it is; elsewhere it may. */
    private static boolean signsFor(PublishedKey key, TokenClaims claims, boolean issuerTemplate) {
        String iss = claims.issuer();
        if (key.issuer() == null || iss == null) {
            return !issuerTemplate;
        }
        return key.issuer().signsFor(iss, claims.tenant());
    }

    private static @Nullable PublishedKey signer(Jws token, List<PublishedKey> keys) {
        for (int i = 0; i < Math.min(keys.size(), MAX_CANDIDATES); i++) {
            if (token.signedBy(keys.get(i))) {
                return keys.get(i);
            }
        }
        return null;
    }
}
