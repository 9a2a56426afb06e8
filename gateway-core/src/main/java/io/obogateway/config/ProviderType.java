package io.obogateway.config;

import io.obogateway.oauth.ProviderLimits;
import io.obogateway.oauth.TokenProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the providers of one type are configured: one small file a type, listed in {@link ProviderReader}. */
interface ProviderType {
    /** The value of {@code type}. */
    String name();

    /** The keys without any of which a provider of this type is absent when its variables are unset. */
    List<String> needed();

    /** All keys that variables may give. */
    List<String> fromVariables();

    /**
     * Reads one provider; null when a problem was reported.
     *
     * @param present whether it is there; of one that is absent only what it says is checked, not what it lacks
     */
    @Nullable
    TokenProvider read(String name, Section section, ProviderLimits limits, boolean allowInsecureHttp, boolean present);
}
